"""What a USD stage says, by USD's own library; ``python -m farmsubmit.scenes.usd.stage SCENE RESULT`` writes it down.

It runs in a process of its own: on a damaged binary file USD may crash, or go on for minutes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Iterator, NamedTuple, Optional

from farmsubmit.errors import MissingLibraryError, SceneError
from farmsubmit.scenes import shown
from farmsubmit.scenes._paths import file_kind, is_absolute
from farmsubmit.scenes.facts import Camera, FrameRange, NeededFile, Output, Reference, SceneFacts, Unresolved

# Product names are handed to the renderer as they are; ``$F4`` and ``<F4>`` are how Solaris writes the frame.
_FRAME = re.compile(r"\$F(\d?)|\$\{F(\d?)\}|<F(\d?)>")
_MOST_SAMPLES = 100
_LONGEST_MESSAGE = 300


class _Pxr(NamedTuple):
    sdf: Any
    usd: Any
    geom: Any
    render: Any
    utils: Any
    tf: Any


def stage_facts(scene: Path) -> SceneFacts:
    """Return the facts of a USD scene; see read_usd. Raises SceneError, and MissingLibraryError without usd-core."""
    pxr = library()
    # While it lives, USD's own messages are kept from the terminal. What they say is found again below.
    quiet = pxr.utils.CoalescingDiagnosticDelegate()
    try:
        return _Stage(pxr, _opened(pxr, scene)).facts(str(scene))
    except pxr.tf.ErrorException as error:
        raise SceneError(f"USD cannot read {shown(scene)}: {_said(error)}") from None
    except (TypeError, ValueError, RuntimeError) as error:
        # What the library gives for an attribute that is not of its schema's type, or is no text.
        raise SceneError(f"{shown(scene)} is damaged: it holds what no USD scene holds ({error})") from None
    finally:
        quiet.TakeUncoalescedDiagnostics()


def library() -> _Pxr:
    """Return the modules of usd-core; raises MissingLibraryError without it."""
    try:
        from importlib import import_module

        names = ("Sdf", "Usd", "UsdGeom", "UsdRender", "UsdUtils", "Tf")
        return _Pxr(*(import_module(f"pxr.{name}") for name in names))
    except ImportError:
        raise MissingLibraryError("usd-core", "reading USD") from None


def _opened(pxr: _Pxr, scene: Path) -> Any:
    stage = pxr.usd.Stage.Open(str(scene))
    if stage is None:
        raise SceneError(f"USD cannot read {shown(scene)}")
    return stage


def _said(error: Any) -> str:
    """Return the first of USD's messages, which says what is wrong; the last one only says that it failed."""
    try:
        messages = [str(getattr(part, "commentary", part)) for part in error.args]
    except UnicodeDecodeError:
        return "it is damaged"
    return " ".join((messages or ["it does not say why"])[0].split())[:_LONGEST_MESSAGE]


class _Stage:
    def __init__(self, pxr: _Pxr, stage: Any) -> None:
        self._pxr = pxr
        self._stage = stage
        self._prims: list[Any] = [*stage.Traverse(), *self._in_prototypes()]
        self._warnings: list[str] = []
        self._unresolved: list[Unresolved] = []

    def _in_prototypes(self) -> Iterator[Any]:
        for prototype in self._stage.GetPrototypes():
            yield from self._pxr.usd.PrimRange(prototype)

    def facts(self, path: str) -> SceneFacts:
        stage = self._stage
        settings = self._settings()
        references = tuple(dict.fromkeys(self._references()))
        files = tuple(dict.fromkeys([*self._layer_files(references), *self._assets()]))
        return SceneFacts(
            dcc="usd",
            path=path,
            fps=_finite(stage.GetTimeCodesPerSecond()),
            frames=self._frames(),
            resolution=self._resolution(settings),
            cameras=tuple(self._cameras(settings)),
            outputs=tuple(self._outputs(settings)),
            files=files,
            references=references,
            warnings=(*self._warnings, *self._missing(references)),
            unresolved=tuple(self._unresolved),
        )

    def _frames(self) -> Optional[FrameRange]:
        stage = self._stage
        if not stage.HasAuthoredTimeCodeRange():
            return None
        first, last = _finite(stage.GetStartTimeCode()), _finite(stage.GetEndTimeCode())
        return FrameRange(first, last) if first is not None and last is not None else None

    def _of_type(self, kind: Any) -> list[Any]:
        return [kind(prim) for prim in self._prims if prim.IsA(kind)]

    def _settings(self) -> Optional[Any]:
        named = self._pxr.render.Settings.GetStageRenderSettings(self._stage)
        if named:
            return named
        found = self._of_type(self._pxr.render.Settings)
        if len(found) > 1:
            self._warnings.append(
                f"the stage names none of its {len(found)} render settings; {found[0].GetPath()} is taken"
            )
        return found[0] if found else None

    def _resolution(self, settings: Optional[Any]) -> Optional[tuple[int, int]]:
        size = settings.GetResolutionAttr().Get() if settings is not None else None
        return (int(size[0]), int(size[1])) if size is not None else None

    def _cameras(self, settings: Optional[Any]) -> Iterator[Camera]:
        """Yield all cameras; with render settings, those render that the settings or their products name."""
        used = set() if settings is None else set(settings.GetCameraRel().GetTargets())
        for product in self._products(settings):
            used.update(product.GetCameraRel().GetTargets())
        for camera in self._of_type(self._pxr.geom.Camera):
            yield Camera(str(camera.GetPath()), not used or camera.GetPath() in used)

    def _products(self, settings: Optional[Any]) -> list[Any]:
        if settings is None:
            return []
        targets = settings.GetProductsRel().GetTargets()
        found = [self._pxr.render.Product(self._stage.GetPrimAtPath(target)) for target in targets]
        return [product for product in found if product]

    def _outputs(self, settings: Optional[Any]) -> Iterator[Output]:
        enabled = {product.GetPath() for product in self._products(settings)}
        for product in self._of_type(self._pxr.render.Product):
            name, text, names = str(product.GetPath()), *self._product_name(product)
            resolved = names == 1 and (is_absolute(text) or not text)
            if not resolved:
                self._unresolved.append(Unresolved(name, "productName", text))
            kind = str(product.GetProductTypeAttr().Get() or "")
            yield Output(name, "images", text, kind, enabled=product.GetPath() in enabled, resolved=resolved)

    def _product_name(self, product: Any) -> tuple[str, int]:
        """Return where a product goes, and how many patterns its names at all frames make; one is as it should be."""
        attribute = product.GetProductNameAttr()
        times = attribute.GetTimeSamples()[:_MOST_SAMPLES]
        if not times:
            return _pattern(str(attribute.Get() or "")), 1
        patterns = dict.fromkeys(_hashed(str(attribute.Get(time)), time) for time in times)
        return next(iter(patterns)), len(patterns)

    def _references(self) -> Iterator[Reference]:
        for layer in self._stage.GetUsedLayers():
            for path in layer.GetCompositionAssetDependencies():
                target = self._pxr.sdf.ComputeAssetPathRelativeToLayer(layer, path)
                if target and not layer.anonymous:
                    yield Reference(str(target), loaded=self._pxr.sdf.Layer.Find(target) is not None)

    def _layer_files(self, references: tuple[Reference, ...]) -> Iterator[NeededFile]:
        for reference in references:
            yield NeededFile(reference.path, "", "layer")

    def _missing(self, references: tuple[Reference, ...]) -> Iterator[str]:
        for reference in references:
            if not reference.loaded:
                there = Path(reference.path).exists()
                yield f"{'unreadable' if there else 'missing'} layer: {reference.path}"

    def _assets(self) -> Iterator[NeededFile]:
        for prim in self._prims:
            for attribute in prim.GetAuthoredAttributes():
                if attribute.GetTypeName().scalarType == self._pxr.sdf.ValueTypeNames.Asset:
                    yield from self._files_of(attribute)

    def _files_of(self, attribute: Any) -> Iterator[NeededFile]:
        value = attribute.Get(self._pxr.usd.TimeCode.EarliestTime())
        if value is None:
            return
        for asset in [value] if isinstance(value, self._pxr.sdf.AssetPath) else value:
            if asset.path:
                path = str(asset.resolvedPath) or self._anchored(attribute, asset.path)
                yield NeededFile(path, str(attribute.GetPrim().GetPath()), attribute.GetName(), file_kind(path))

    def _anchored(self, attribute: Any, path: str) -> str:
        """Return a path that USD could not find, such as one with ``<UDIM>``, starting from the layer that holds it."""
        stack = attribute.GetPropertyStack()
        return str(self._pxr.sdf.ComputeAssetPathRelativeToLayer(stack[0].layer, path)) if stack else path


def _finite(number: float) -> Optional[float]:
    """Return a number, as int where it is whole; None for one that is no frame."""
    if not abs(number) < 1e12:
        return None
    return int(number) if number == int(number) else number


def _pattern(name: str) -> str:
    return _FRAME.sub(lambda found: "#" * int(found.group(1) or found.group(2) or found.group(3) or 1), name)


def _hashed(name: str, time: float) -> str:
    """Return a name with ``####`` for its frame, taken from the last number in it that is the frame."""
    found = [number for number in re.finditer(r"\d+", name) if int(number.group()) == time]
    if not found:
        return name
    start, end = found[-1].span()
    return f"{name[:start]}{'#' * (end - start)}{name[end:]}"


def main() -> None:
    """Write the facts of the scene that the command line names, or the sentence that says why not, as JSON."""
    import json
    import sys

    scene, result = map(Path, sys.argv[1:3])
    try:
        said: dict[str, Any] = {"facts": stage_facts(scene).to_json()}
    except SceneError as error:
        said = {"problem": str(error)}
    result.write_text(json.dumps(said), "utf-8")


if __name__ == "__main__":
    main()
