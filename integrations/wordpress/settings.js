// Looks the username up, from the browser of whoever types it: the blog's server asks
// nobody.
( () => {
	const field = ( id ) => document.getElementById( id );
	const says = ( sentence, name ) => {
		// Never empty: what is below would move away from whoever is pressing it.
		field( 'flattr-found' ).textContent = sentence.replace( '%s', name ) || '\u00a0';
	};
	let asked = 0;
	const look = async () => {
		const site = field( 'flattr-site' ).value.trim().replace( /\/+$/, '' );
		const name = field( 'flattr-name' ).value.trim();
		const mine = ++asked;
		says( '', '' );
		if ( ! site || ! name ) return;
		try {
			const answer = await fetch( `${ site }/rest/v2/users/${ encodeURIComponent( name ) }`, { credentials: 'omit' } );
			const found = await answer.json();
			if ( mine !== asked ) return;
			if ( answer.ok ) field( 'flattr-id' ).value = found.id;
			says( answer.ok ? flattrButtonSays.found : flattrButtonSays.unknown, name );
		} catch {
			if ( mine === asked ) says( flattrButtonSays.silent, name );
		}
	};
	for ( const id of [ 'flattr-site', 'flattr-name' ] ) field( id ).addEventListener( 'change', look );
	look();
} )();
