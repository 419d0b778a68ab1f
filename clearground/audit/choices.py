"""Kinds of write."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """One for each action."""

    COUNTRY_INITIALISED = "country.initialised", _("country initialised")
    PERSON_ADDED = "person.added", _("person added")
    PERSON_CHANGED = "person.changed", _("person changed")
    PERSON_DEACTIVATED = "person.deactivated", _("person deactivated")
    PERSON_INVITED = "person.invited", _("person invited")
    PASSWORD_SET = "person.password_set", _("password set")
    PASSWORD_CHANGED = "person.password_changed", _("password changed")
    CODES_TURNED_ON = "person.codes_on", _("one-time codes turned on")
    CODES_TURNED_OFF = "person.codes_off", _("one-time codes turned off")
    RECOVERY_CODES_MADE = "person.recovery_codes", _("recovery codes made")
    ROLE_GRANTED = "role.granted", _("role granted")
    ROLE_REVOKED = "role.revoked", _("role revoked")
    PUBLICATION_DECIDED = "publication.decided", _("publication decided")
    ORGANISATION_ADDED = "organisation.added", _("organisation added")
    ORGANISATION_CHANGED = "organisation.changed", _("organisation changed")
    CODE_ADDED = "code.added", _("entry of a code list added")
    CODE_CHANGED = "code.changed", _("entry of a code list changed")
    CODE_LISTS_SEEDED = "code_lists.seeded", _("code lists seeded")
    DOCUMENT_ADDED = "document.added", _("document added")
    PLACES_IMPORTED = "places.imported", _("places imported")
    PLACE_RENAMED = "place.renamed", _("place renamed")
    BOUNDARIES_MADE_CURRENT = "boundaries.made_current", _("boundaries made current")
    FILE_RECEIVED = "file.received", _("file received")
    IMPORT_FAILED = "import.failed", _("import failed")
    IMPORT_RETURNED = "import.returned", _("import returned to its sender")
    FINDING_ASSIGNED = "finding.assigned", _("finding assigned")
    IMPORT_STAGED = "import.staged", _("import staged")
    IMPORT_APPROVED = "import.approved", _("import approved")
    IMPORT_UNDONE = "import.undone", _("import undone")
    FINDING_RULED = "finding.ruled", _("finding ruled")
    MAPPING_SAVED = "mapping.saved", _("column mapping saved")
    RECORD_CORRECTED = "record.corrected", _("record corrected")
    RECORD_WITHDRAWN = "record.withdrawn", _("record withdrawn")
    LINEAGE_RECORDED = "lineage.recorded", _("lineage recorded")
    LEDGER_REBUILT = "ledger.rebuilt", _("ledger rebuilt")
    EDITION_SIGNED = "edition.signed", _("edition signed")
    REPORT_KEPT = "report.kept", _("report kept")
    REPORT_CHANGED = "report.changed", _("report changed")
    REPORT_DELETED = "report.deleted", _("report deleted")
    DEMONSTRATION_LOADED = "demonstration.loaded", _("demonstration loaded")
    CHAIN_VERIFIED = "chain.verified", _("chain of events verified")
    BACKUP_RESTORED = "backup.restored", _("backup restored")


def kinds() -> list[tuple[str, str]]:
    """The kinds, as the column takes them: a function, so that a new kind needs no migration."""
    return [(kind.value, kind.label) for kind in Kind]
