// Passkeys exist by script alone. A form with data-passkey asks the browser to make one or
// to answer with one, writes what it says into the form and sends it. What the server wants
// to know stands in data-options, or is asked for at the form's own address.
(() => {
  const can =
    window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
  const ways = {
    create: (options) => {
      options.authenticatorSelection.residentKey = "required";
      options.authenticatorSelection.requireResidentKey = true;
      return navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
      });
    },
    get: (options) =>
      navigator.credentials.get({
        publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
      }),
  };
  const ask = async (form) => {
    let options = JSON.parse(form.dataset.options || "null");
    if (!options) {
      const headers = { Accept: "application/json" };
      options = (await (await fetch(form.action, { headers })).json()).request_options;
    }
    return ways[form.dataset.passkey](options.publicKey);
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const say = (name) => {
      for (const told of form.querySelectorAll("[data-said]"))
        told.hidden = told.dataset.said !== name;
    };
    if (!can) {
      say("unsupported");
      continue;
    }
    form.querySelector("button").hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      say("");
      try {
        form.elements.credential.value = JSON.stringify(await ask(form));
      } catch (failure) {
        say(failure.name === "InvalidStateError" ? "known" : "failed");
        return;
      }
      form.submit();
    });
  }
})();
