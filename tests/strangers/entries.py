"""Every route, and who may get in: a new one without an entry fails the walk."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

TRAIL = frozenset({"audit_event", "audit_unsealed"})
QUEUE = frozenset({"procrastinate_jobs", "procrastinate_events"})
FOUNDING = TRAIL | {"environments_environment", "environments_environmentrole", "tenancy_directory"}
"""Who has no place may make an environment of his own."""
ABSENCE = TRAIL | {"absences_absencecover"}


NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Entry:
    """One route: a person for whom a GET opens (so that the walk proves something), whether he sees the
    victim's words there, what else the address takes, what a visitor may change that is his own, and
    whether every member may read it, whatever his rights."""

    opens_for: str = ""
    shows_canary: bool = True
    by_key: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    changes: frozenset[str] = frozenset()
    for_members: bool = False


def own(**values: Any) -> Entry:
    """About the visitor's own account, or public: there is nothing of others on it."""
    return Entry(values=values)


ENTRIES: dict[str, Entry] = {
    "account_login": own(),
    "finish_registration": own(token="no-such-token"),
    "welcome": own(),
    "make_environment": Entry(changes=FOUNDING),
    "ask_to_join": own(),
    "withdraw_my_request": Entry(),
    "invitation": own(token="no-such-link"),
    "environment": own(),
    "environment_page": Entry(opens_for="marit"),
    "rename_environment": Entry(),
    "set_joining": Entry(),
    "add_domain": Entry(),
    "remove_domain": Entry(),
    "answer_request": Entry(),
    "environment_role": Entry(opens_for="marit", shows_canary=False),
    "end_role": Entry(),
    "people": Entry(opens_for="marit"),
    "invite": Entry(opens_for="marit", shows_canary=False),
    "withdraw_invitation": Entry(),
    "invite_again": Entry(),
    "my_settings": Entry(opens_for="anna", shows_canary=False, changes=frozenset({"people_person"})),
    "account_logout": own(),
    "account_inactive": own(),
    "account_signup": Entry(changes=QUEUE),
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
    "entrance": own(),
    "provider_start": own(),
    "provider_callback": own(),
    "environment_sign_in": Entry(opens_for="marit", shows_canary=False),
    "remove_provider": Entry(),
    "demand_provider": Entry(),
    "unlink_person": Entry(),
    "doors": own(),
    "my_sign_in": own(),
    "link_identity": own(),
    "unlink_identity": own(),
    "choose_language": Entry(changes=frozenset({"people_person"})),
    "choose_theme": own(),
    "organisations": Entry(for_members=True, opens_for="marit", shows_canary=False),
    "organisation": Entry(for_members=True, opens_for="marit"),
    "organisation_settings": Entry(opens_for="marit"),
    "organisation_parents": Entry(opens_for="marit"),
    "add_organisation": Entry(opens_for="marit", shows_canary=False),
    "look_up_number": Entry(),
    "ask_register": own(),
    "joint_company": Entry(opens_for="marit", shows_canary=False),
    "ask_for_activation": Entry(),
    "add_number": Entry(),
    "remove_number": Entry(),
    "switch_receiving": Entry(),
    "answer_receiving": Entry(),
    "absences": Entry(opens_for="anna", shows_canary=False),
    "new_absence": Entry(opens_for="anna", shows_canary=False, changes=ABSENCE),
    "absence": Entry(opens_for="anna", shows_canary=False),
    "withdraw_absence": Entry(),
    "absences_of_others": Entry(opens_for="sanne", shows_canary=False),
    "choose_person": Entry(),
    "new_absence_of_other": Entry(opens_for="sanne", shows_canary=False),
    "absence_of_other": Entry(opens_for="sanne", shows_canary=False),
    "reports": Entry(opens_for="marit", shows_canary=False),
    "register": Entry(opens_for="sanne"),
    "duties": Entry(opens_for="sanne", shows_canary=False),
    "sample": Entry(opens_for="sanne", shows_canary=False, changes=TRAIL),
    "usage": Entry(opens_for="marit", shows_canary=False),
    "data_subject": Entry(opens_for="marit", shows_canary=False, changes=TRAIL),
    "export_data_subject": Entry(changes=TRAIL),
    "correct_data_subject": Entry(),
    "groups": Entry(opens_for="marit", shows_canary=False),
    "new_group": Entry(opens_for="marit", shows_canary=False),
    "group": Entry(values={"group_id": NOBODY}),
    "end_group": Entry(values={"group_id": NOBODY}),
    "switch_segregation": Entry(),
    "rights": Entry(),
    "rights_matrix": Entry(opens_for="marit", shows_canary=False),
    "rights_cell": Entry(opens_for="marit", shows_canary=False),
    "rights_role": Entry(opens_for="marit", shows_canary=False),
    "save_rights": Entry(),
    "answer_rights": Entry(),
    "saved_rights": Entry(values={"draft_id": NOBODY}),
    "split": Entry(opens_for="marit", shows_canary=False),
    "split_choice": Entry(),
    "split_check": Entry(),
    "person": Entry(opens_for="marit", shows_canary=False),
    "person_state": Entry(),
    "person_accounts": Entry(),
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
    "moves": Entry(opens_for="marit"),
    "new_move": Entry(opens_for="marit", shows_canary=False),
    "move": Entry(opens_for="marit"),
    "choose_people": Entry(),
    "ask_consent": Entry(),
    "answer_move": Entry(),
    "withdraw_move": Entry(),
    "undo_move": Entry(),
    "move_manifest": Entry(opens_for="marit", shows_canary=False),
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
