"""Every route, and who may get in: a new one without an entry fails the walk."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

TRAIL = frozenset({"audit_event", "audit_unsealed"})
ABSENCE = TRAIL | {"absences_absencecover"}


@dataclass(frozen=True)
class Entry:
    """One route: a person for whom a GET opens (so that the walk proves something), whether he sees the
    victim's words there, what else the address takes, and what a visitor may change that is his own."""

    opens_for: str = ""
    shows_canary: bool = True
    by_key: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    changes: frozenset[str] = frozenset()


def own(**values: Any) -> Entry:
    """About the visitor's own account, or public: there is nothing of others on it."""
    return Entry(values=values)


ENTRIES: dict[str, Entry] = {
    "account_login": own(),
    "account_logout": own(),
    "account_inactive": own(),
    "account_signup": own(),
    "account_reauthenticate": own(),
    "account_email": own(),
    "account_email_verification_sent": own(),
    "account_change_password": own(),
    "account_set_password": own(),
    "account_reset_password": own(),
    "account_confirm_login_code": own(),
    "account_confirm_email": own(key="no-such-key"),
    "account_reset_password_from_key_done": own(),
    "account_reset_password_from_key": own(uidb36="1", key="set-password"),
    "account_reset_password_done": own(),
    "account_request_login_code": own(),
    "mfa_index": own(),
    "mfa_authenticate": own(),
    "mfa_reauthenticate": own(),
    "mfa_activate_totp": own(),
    "mfa_deactivate_totp": own(),
    "mfa_view_recovery_codes": own(),
    "mfa_generate_recovery_codes": own(),
    "mfa_download_recovery_codes": own(),
    "mfa_list_webauthn": own(),
    "mfa_add_webauthn": own(),
    "mfa_reauthenticate_webauthn": own(),
    "mfa_remove_webauthn": own(pk=1),
    "mfa_edit_webauthn": own(pk=1),
    "mfa_login_webauthn": own(),
    "demo_sign_in": own(),
    "choose_language": Entry(changes=frozenset({"people_person"})),
    "choose_theme": own(),
    "absences": Entry(opens_for="anna", shows_canary=False),
    "new_absence": Entry(opens_for="anna", shows_canary=False, changes=ABSENCE),
    "absence": Entry(opens_for="anna", shows_canary=False),
    "withdraw_absence": Entry(),
    "absences_of_others": Entry(opens_for="sanne", shows_canary=False),
    "choose_person": Entry(),
    "new_absence_of_other": Entry(opens_for="sanne", shows_canary=False),
    "absence_of_other": Entry(opens_for="sanne", shows_canary=False),
    "leaving": Entry(opens_for="marit", shows_canary=False),
    "withdraw_leaving": Entry(),
    "arrivals": Entry(opens_for="anna", shows_canary=False),
    "answer_arrival": Entry(values={"placeholder_id": UUID(int=0)}),
    "worklist": Entry(opens_for="anna"),
    "attention": Entry(opens_for="sanne", shows_canary=False),
    "invoice": Entry(opens_for="anna"),
    "decide": Entry(),
    "name_person": Entry(),
    "upload": Entry(opens_for="sanne", shows_canary=False),
    "invoices": Entry(opens_for="sanne"),
    "let_pass": Entry(),
    "unreadable": Entry(opens_for="sanne"),
    "document": Entry(),
    "document_original": Entry(opens_for="anna"),
    "read_again": Entry(),
    "attachment": Entry(opens_for="anna"),
    "api_docs": own(),
    "api:openapi-json": own(),
    "api:api-root": own(),
    "api_unknown": own(rest="nothing/here"),
    "api:add_document": Entry(),
    "api:validate": own(),
    "api:list_documents": Entry(opens_for="sanne", by_key=True),
    "api:show_document": Entry(opens_for="sanne", by_key=True),
    "api:download_original": Entry(opens_for="sanne", by_key=True),
    "api:list_invoices": Entry(opens_for="sanne", by_key=True),
    "api:show_invoice": Entry(opens_for="sanne", by_key=True),
    "api:list_tasks": Entry(opens_for="anna", by_key=True),
    "api:show_circulation": Entry(opens_for="sanne", by_key=True),
    "api:decide": Entry(),
}
