"""Kinds of write."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """One for each action."""

    COUNTRY_INITIALISED = "country.initialised", _("country initialised")
    PERSON_ADDED = "person.added", _("person added")
    PERSON_DEACTIVATED = "person.deactivated", _("person deactivated")
    PERSON_INVITED = "person.invited", _("person invited")
    PASSWORD_SET = "person.password_set", _("password set")
    ROLE_GRANTED = "role.granted", _("role granted")
    ROLE_REVOKED = "role.revoked", _("role revoked")
    PUBLICATION_DECIDED = "publication.decided", _("publication decided")
    ORGANISATION_ADDED = "organisation.added", _("organisation added")
    CODE_LISTS_SEEDED = "code_lists.seeded", _("code lists seeded")
    DOCUMENT_ADDED = "document.added", _("document added")
    PLACES_IMPORTED = "places.imported", _("places imported")
    BOUNDARIES_MADE_CURRENT = "boundaries.made_current", _("boundaries made current")
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
    BACKUP_RESTORED = "backup.restored", _("backup restored")


def kinds() -> list[tuple[str, str]]:
    """The kinds, as the column takes them: a function, so that a new kind needs no migration."""
    return [(kind.value, kind.label) for kind in Kind]
