"""Read one address: what stands there, who it would give to, and what creators have
published about themselves.

All text is a stranger's; every host is asked as for proofs (promise T30). The reader
of a list decides what to make of it: nothing here is stored.
"""

from __future__ import annotations

from buttons.anywhere.found_there import Found
from buttons.models import Outcome, Seen, Thing
from buttons.proofs import looking
from buttons.things.addresses import host_of

# Why nothing was read, by what a check of the page says.
NOT_READ = {
    Outcome.GONE: Seen.GONE,
    Outcome.LOGIN: Seen.LOGIN,
    Outcome.NO_PAGE: Seen.NO_PAGE,
    Outcome.FAILED: Seen.UNREACHED,
    Outcome.UNREACHED: Seen.UNREACHED,
    Outcome.REFUSED: Seen.REFUSED,
}


def gather(address: str) -> Found:
    """What stands at a normalised address."""
    finding = looking.check_page(Thing(url=address, host=host_of(address)))
    seen = NOT_READ.get(finding.outcome, Seen.PAGE) if not finding.person else Seen.PAGE
    return Found(
        seen,
        address,
        person=finding.person,
        kind=finding.kind,
        reason=finding.reason,
    )
