"""Hazards, releases and the ledger that is made of them.

A *record* (a hazard record or a release report) has a reference and versions. A version is one or
more lines, each a `LandEvent`; it stands from the approval that brought it (`approval.seq`) until
the approval that superseded it (`until_seq`). Events are never changed otherwise.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clearground.accounts.models import Organisation
from clearground.common.geometry import GeometryField
from clearground.common.privacy import Privacy, columns
from clearground.places.models import BoundaryEdition, Place
from clearground.sources.models import Document

from .choices import DatePrecision, EventKind, Evidence, LineageKind


class Family(models.Model):
    """A kind of contamination that is booked apart: mines, cluster munition remnants, other remnants."""

    code = models.CharField(_("code"), max_length=16, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_km = models.CharField(_("name in Khmer"), max_length=100, blank=True)

    PRIVACY = columns(Privacy.PUBLIC, "id code name name_km")

    class Meta:
        ordering = ["id"]
        verbose_name = _("family of contamination")
        verbose_name_plural = _("families of contamination")

    def __str__(self) -> str:
        return self.code


class HazardClass(models.Model):
    """A class of land in one family's list; a higher `threat_rank` is the greater threat."""

    family = models.ForeignKey(Family, models.PROTECT, related_name="classes")
    code = models.CharField(_("code"), max_length=16)
    list_version = models.CharField(_("version of the list"), max_length=20, default="1")
    name = models.CharField(_("name"), max_length=200)
    name_km = models.CharField(_("name in Khmer"), max_length=200, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    threat_rank = models.PositiveSmallIntegerField(_("threat rank"))
    is_contamination = models.BooleanField(_("is contamination"), default=True)
    counts_as_antipersonnel = models.BooleanField(_("counts as antipersonnel mine contamination"), default=False)
    is_active = models.BooleanField(_("is offered for new records"), default=True)

    PRIVACY = columns(
        Privacy.PUBLIC,
        "id family code list_version name name_km parent threat_rank is_contamination counts_as_antipersonnel"
        " is_active",
    )

    class Meta:
        ordering = ["family", "-threat_rank", "code"]
        verbose_name = _("class of land")
        verbose_name_plural = _("classes of land")
        constraints = [models.UniqueConstraint(fields=["family", "code", "list_version"], name="one_class_per_code")]

    def __str__(self) -> str:
        return self.code


class ItemType(models.Model):
    """A kind of explosive item that teams find and destroy."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_km = models.CharField(_("name in Khmer"), max_length=100, blank=True)
    family = models.ForeignKey(Family, models.PROTECT, null=True, blank=True)
    is_active = models.BooleanField(_("is offered for new records"), default=True)

    PRIVACY = columns(Privacy.PUBLIC, "id code name name_km family is_active")

    class Meta:
        ordering = ["id"]
        verbose_name = _("type of item")
        verbose_name_plural = _("types of item")

    def __str__(self) -> str:
        return self.code


class Approval(models.Model):
    """One decision by which events count. `seq` rises by one; nothing is inserted below it."""

    seq = models.PositiveIntegerField(_("number"), unique=True)
    on = models.DateField(_("approved on"), db_index=True)
    is_reconstructed = models.BooleanField(_("day taken over from the source"), default=False)
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"))
    reason = models.TextField(_("reason"))

    PRIVACY = columns(Privacy.INTERNAL, "id seq on is_reconstructed recorded_at by reason")

    class Meta:
        ordering = ["seq"]
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")

    def __str__(self) -> str:
        return f"{self.seq} on {self.on}"


class Record(models.Model):
    """A hazard record or a release report, known by its reference."""

    ref = models.CharField(_("reference"), max_length=100, unique=True)
    is_release = models.BooleanField(_("is a release"))
    first_seq = models.PositiveIntegerField(_("first approval"))

    PRIVACY = columns(Privacy.INTERNAL, "id ref is_release first_seq")

    class Meta:
        ordering = ["ref"]
        verbose_name = _("record")
        verbose_name_plural = _("records")

    def __str__(self) -> str:
        return self.ref


class LandEvent(models.Model):
    """One line of one version of a record: what happened to which land, when.

    `shape` is longitude, latitude on WGS 84, None where no usable polygon is known; a point for a
    spot task. `given_shape` is the text of the coordinates exactly as given, in `given_crs`.
    A withdrawal is a version of one line whose `kind` is None.
    """

    record = models.ForeignKey(Record, models.PROTECT, related_name="events")
    line = models.PositiveIntegerField(_("line"), default=1)
    approval = models.ForeignKey(Approval, models.PROTECT, related_name="events")
    until_seq = models.PositiveIntegerField(_("superseded by approval"), null=True, blank=True)
    kind = models.PositiveSmallIntegerField(_("kind"), choices=EventKind, null=True)
    families = models.ManyToManyField(Family, verbose_name=_("families"), through="EventFamily")
    on = models.DateField(_("counts from"))
    on_precision = models.CharField(_("precision"), max_length=8, choices=DatePrecision, default=DatePrecision.DAY)
    shape = GeometryField(_("shape"), null=True, blank=True)
    given_shape = models.TextField(_("coordinates as given"), blank=True)
    given_crs = models.CharField(_("reference system as given"), max_length=100, blank=True)
    stated_m2 = models.FloatField(_("stated area, m²"), null=True, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, verbose_name=_("stated place"))
    hazard = models.ForeignKey(Record, models.PROTECT, null=True, blank=True, related_name="released_by")
    operator = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="implemented")
    overseer = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="overseen")
    method = models.CharField(_("method"), max_length=40, blank=True)
    task = models.CharField(_("task"), max_length=64, blank=True)
    campaign = models.CharField(_("campaign"), max_length=64, blank=True)
    contract = models.CharField(_("contract"), max_length=64, blank=True)
    evidence = models.CharField(_("evidence"), max_length=12, choices=Evidence, default=Evidence.NOT_STATED)
    depth_cm = models.PositiveIntegerField(_("depth, cm"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    document = models.ForeignKey(Document, models.PROTECT, verbose_name=_("source"))
    document_row = models.PositiveIntegerField(_("row in the source"), null=True, blank=True)
    digest = models.CharField(_("digest of the line"), max_length=64)

    PRIVACY = columns(
        Privacy.INTERNAL,
        "id record line approval until_seq kind on on_precision stated_m2 place hazard operator overseer method"
        " task campaign contract evidence depth_cm document document_row digest",
    ) | columns(Privacy.RESTRICTED, "shape shape_minx shape_miny shape_maxx shape_maxy given_shape given_crs note")

    class Meta:
        ordering = ["id"]
        verbose_name = _("land event")
        verbose_name_plural = _("land events")
        constraints = [
            models.UniqueConstraint(fields=["record", "line", "approval"], name="one_line_per_version"),
            models.CheckConstraint(condition=Q(stated_m2__isnull=True) | Q(stated_m2__gte=0), name="stated_area"),
            models.CheckConstraint(
                condition=Q(hazard__isnull=True) | ~Q(hazard=F("record")), name="releases_another_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}/{self.line}"


class EventFamily(models.Model):
    """A family that an event is about, with the class that it states in that family's list."""

    event = models.ForeignKey(LandEvent, models.PROTECT, related_name="in_families")
    family = models.ForeignKey(Family, models.PROTECT)
    hazard_class = models.ForeignKey(HazardClass, models.PROTECT, null=True, blank=True)

    PRIVACY = columns(Privacy.INTERNAL, "id event family hazard_class")

    class Meta:
        verbose_name = _("family of an event")
        verbose_name_plural = _("families of events")
        constraints = [models.UniqueConstraint(fields=["event", "family"], name="one_row_per_event_family")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.family_id}"


class ItemsFound(models.Model):
    """How many items of one type an event's work found and destroyed."""

    event = models.ForeignKey(LandEvent, models.PROTECT, related_name="items")
    item_type = models.ForeignKey(ItemType, models.PROTECT)
    count = models.PositiveIntegerField(_("count"))

    PRIVACY = columns(Privacy.INTERNAL, "id event item_type count")

    class Meta:
        verbose_name = _("items found")
        verbose_name_plural = _("items found")
        constraints = [models.UniqueConstraint(fields=["event", "item_type"], name="one_count_per_item_type")]

    def __str__(self) -> str:
        return f"{self.count} {self.item_type_id}"


class Lineage(models.Model):
    """A hazard record that came from another by split, merge or re-survey."""

    parent = models.ForeignKey(Record, models.PROTECT, related_name="children_links")
    child = models.ForeignKey(Record, models.PROTECT, related_name="parent_links")
    kind = models.CharField(_("kind"), max_length=10, choices=LineageKind)
    on = models.DateField(_("on"))

    PRIVACY = columns(Privacy.INTERNAL, "id parent child kind on")

    class Meta:
        verbose_name = _("lineage")
        verbose_name_plural = _("lineage")
        constraints = [
            models.UniqueConstraint(fields=["parent", "child"], name="one_lineage_per_pair"),
            models.CheckConstraint(condition=~Q(parent=F("child")), name="no_record_is_its_own_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.parent_id} {self.kind} {self.child_id}"


class Cluster(models.Model):
    """Overlapping polygons of one tile, cut into faces: a cache that the events rebuild.

    The blobs are packed by `clearground.land.packing`: `members` the ids of the events, rising;
    `faces` areas and stacks; `shapes` the faces in centimetres of the country's projection, as are
    box and tile. A cluster that was cut again stands until `until_seq`; a rebuild drops it.
    """

    tile_x = models.IntegerField(_("tile column"))
    tile_y = models.IntegerField(_("tile row"))
    box = GeometryField(_("box"))
    since_seq = models.PositiveIntegerField(_("cut at approval"), db_index=True)
    until_seq = models.PositiveIntegerField(_("cut again at approval"), null=True, blank=True, db_index=True)
    members = models.BinaryField(_("members"))
    faces = models.BinaryField(_("faces"))
    shapes = models.BinaryField(_("shapes of the faces"))

    PRIVACY = columns(
        Privacy.RESTRICTED,
        "id tile_x tile_y box box_minx box_miny box_maxx box_maxy since_seq until_seq members faces shapes",
    )

    class Meta:
        verbose_name = _("cluster of faces")
        verbose_name_plural = _("clusters of faces")
        indexes = [models.Index(fields=["tile_x", "tile_y"])]

    def __str__(self) -> str:
        return f"{self.tile_x}:{self.tile_y}/{self.pk}"


class ClusterPlaces(models.Model):
    """How the faces of a cluster are shared out among the places of one boundary edition."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="places")
    boundaries = models.ForeignKey(BoundaryEdition, models.CASCADE)
    shares = models.BinaryField(_("shares"))

    PRIVACY = columns(Privacy.RESTRICTED, "id cluster boundaries shares")

    class Meta:
        verbose_name = _("places of a cluster")
        verbose_name_plural = _("places of clusters")
        constraints = [models.UniqueConstraint(fields=["cluster", "boundaries"], name="one_sharing_per_edition")]

    def __str__(self) -> str:
        return f"{self.cluster_id} in {self.boundaries_id}"


class Edition(models.Model):
    """A named, signed, frozen statement of the books, such as "Official 2017".

    `statement` is the balance sheet as signed, with the seal of the last audit event before it;
    `digest` seals it with the policies and lists.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    as_of = models.DateField(_("as of"))
    known = models.DateField(_("known"))
    seq = models.PositiveIntegerField(_("last approval"))
    boundaries = models.ForeignKey(BoundaryEdition, models.PROTECT, null=True, blank=True)
    policies = models.JSONField(_("policies"))
    code_lists = models.JSONField(_("code lists"))
    statement = models.JSONField(_("statement"))
    digest = models.CharField(_("digest"), max_length=64)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("signed by"))
    signed_at = models.DateTimeField(_("signed at"))
    reason = models.TextField(_("reason"))

    PRIVACY = columns(
        Privacy.PUBLIC, "id name as_of known seq boundaries policies code_lists statement digest signed_at"
    ) | columns(Privacy.INTERNAL, "signed_by reason")

    class Meta:
        ordering = ["-signed_at"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")

    def __str__(self) -> str:
        return self.name
