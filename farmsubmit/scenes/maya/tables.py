"""What is known of Maya's node types, attributes and enumerations; no other file of the reader names them twice.

Short and long names are those that Maya writes itself: with "use full names for attributes" a file holds the long
ones (seen in files of Maya 7.0 to 2027). The reader keeps the short one.
"""

from __future__ import annotations

import re
from typing import Optional

# For each node type the attributes that are read, each as short=long where the two differ.
_READ = {
    "camera": "rnd=renderable o=orthographic",
    "stereoRigCamera": "rnd=renderable o=orthographic",
    "renderLayer": "rndr=renderable g=global do=displayOrder adjs.val=adjustments.value",
    "renderSetup": "sen=selfEnabled",
    "renderSetupLayer": "sen=selfEnabled",
    "collection": "sen=selfEnabled",
    "group": "sen=selfEnabled",
    "lightsCollection": "sen=selfEnabled",
    "lightsChildCollection": "sen=selfEnabled",
    "aovCollection": "sen=selfEnabled",
    "aovChildCollection": "sen=selfEnabled",
    "renderSettingsCollection": "sen=selfEnabled",
    "renderSettingsChildCollection": "sen=selfEnabled",
    "simpleSelector": "ssl=staticSelection pat=pattern",
    "absOverride": "sen=selfEnabled atr=attribute atv=attrValue",
    "absUniqueOverride": "sen=selfEnabled atr=attribute atv=attrValue tgName=targetNodeName",
    "relOverride": "sen=selfEnabled atr=attribute mul=multiply ofs=offset",
    "relUniqueOverride": "sen=selfEnabled atr=attribute mul=multiply ofs=offset tgName=targetNodeName",
    "script": "b=before a=after st=scriptType stp=sourceType",
    "expression": "ixp=internalExpression",
    "time": "o=outTime",
    "renderGlobals": (
        "ren=currentRenderer an=animation fs=startFrame ef=endFrame bfs=byFrameStep ifp=imageFilePrefix "
        "outf=imageFormat imfkey=imfPluginKey ep=extensionPadding pff=putFrameBeforeExt ofc=outFormatControl "
        "ofe=outFormatExt peie=periodInExt rv=renderVersion prm=preMel pom=postMel prlm=preRenderLayerMel "
        "polm=postRenderLayerMel pram=preRenderMel poam=postRenderMel pfrm=preFurRenderMel pfom=postFurRenderMel"
    ),
    "resolution": "w=width h=height",
    "colorManagementGlobals": (
        "cme=cmEnabled cfe=configFileEnabled cfp=configFilePath wsn=workingSpaceName vtn=viewTransformName "
        "vn=viewName dn=displayName otn=outputTransformName"
    ),
    "aiAOVDriver": "ai_translator mergeAOVs",
    "aiAOV": "aovn=name enabled=enabled",
    "VRaySettingsNode": "wi=width he=height fnprx=fileNamePrefix imgfs=imageFormatStr",
    "RedshiftOptions": "imageFormat imageFilePrefix",
    "rmanGlobals": "imageFileFormat imageOutputDir",
    "file": "ftn=fileTextureName ufe=useFrameExtension uvt=uvTilingMode",
    "psdFileTex": "ftn=fileTextureName ufe=useFrameExtension",
    "movie": "ftn=fileTextureName",
    "imagePlane": "imn=imageName ufe=useFrameExtension",
    "aiImage": "filename",
    "aiVolume": "filename",
    "aiStandIn": "dso ufe=useFrameExtension",
    "PxrTexture": "filename",
    "PxrNormalMap": "filename",
    "PxrBump": "filename",
    "RedshiftNormalMap": "tex0",
    "RedshiftProxyMesh": "fn=fileName",
    "AlembicNode": "fn=abc_File fns=abc_layerFiles",
    "cacheFile": "cp=cachePath cn=cacheName",
    "gpuCache": "cfn=cacheFileName",
    "VRayMesh": "fn=fileName",
    "xgmPalette": "xfn=xgFileName",
    "mayaUsdProxyShape": "fp=filePath",
    "audio": "f=filename",
}


def _names(text: str) -> dict[str, str]:
    pairs = [word.partition("=") for word in text.split()]
    return {name: short for short, _, long in pairs for name in (short, long or short)}


# Node type → each name of an attribute that is read → its short name.
ATTRIBUTES = {kind: _names(text) for kind, text in _READ.items()}

# Nodes that every scene has; files only select them.
DEFAULT_NODES = {
    "time1": "time",
    "defaultRenderGlobals": "renderGlobals",
    "defaultResolution": "resolution",
    "defaultColorMgtGlobals": "colorManagementGlobals",
}

# The plug-ins that bring a renderer, as the file names what it requires.
RENDERER_PLUGINS = {
    "arnold": "mtoa",
    "vray": "vrayformaya",
    "redshift": "redshift4maya",
    "renderman": "RenderMan_for_Maya.py",
}

# Four letters that stand for a node type in .mb; types of plug-ins are named by the file itself.
TYPE_IDS = {
    b"AUDI": "audio",
    b"CCHF": "cacheFile",
    b"DCAM": "camera",
    b"DEXP": "expression",
    b"DIPL": "imagePlane",
    b"PSDT": "psdFileTex",
    b"RNDL": "renderLayer",
    b"RTFT": "file",
    b"RTMV": "movie",
    b"SCRP": "script",
    b"SRCA": "stereoRigCamera",
}

# Attributes that .mb stores as ticks of time, by node type.
TIMES = {"time": {"o"}, "renderGlobals": {"fs", "ef"}}

# Ends of connections that are kept: lists of the render setup, twins of layers, overridden plugs.
CONNECTED = frozenset(("prv", "pls", "lrl", "legacyRenderLayer", "frl", "sel", "plg", "plug"))

# Node type → the attributes that name files, and what kind of file (see NeededFile). A camera's imn and the fn of
# defaultHardwareRenderGlobals are no paths, which is why the type decides.
FILES = {
    "file": (("ftn", "image"),),
    "psdFileTex": (("ftn", "image"),),
    "movie": (("ftn", "movie"),),
    "imagePlane": (("imn", "image"),),
    "aiImage": (("filename", "image"),),
    "PxrTexture": (("filename", "image"),),
    "PxrNormalMap": (("filename", "image"),),
    "PxrBump": (("filename", "image"),),
    "RedshiftNormalMap": (("tex0", "image"),),
    "aiVolume": (("filename", "volume"),),
    "aiStandIn": (("dso", "cache"),),
    "RedshiftProxyMesh": (("fn", "cache"),),
    "AlembicNode": (("fn", "cache"), ("fns", "cache")),
    "gpuCache": (("cfn", "cache"),),
    "VRayMesh": (("fn", "cache"),),
    "mayaUsdProxyShape": (("fp", "cache"),),
    "xgmPalette": (("xfn", "file"),),
    "audio": (("f", "sound"),),
}

_FPS = {"game": 15.0, "film": 24.0, "pal": 25.0, "ntsc": 30.0, "show": 48.0, "palf": 50.0, "ntscf": 60.0}
_FPS.update({"hour": 1 / 3600, "min": 1 / 60, "sec": 1.0, "millisec": 1000.0, "29.97df": 29.97})


def frames_per_second(unit: str) -> Optional[float]:
    """Return the frames a second of a time unit such as ``film`` or ``23.976fps``; None for an unknown one.

    Source: the units of Maya's currentUnit command.
    """
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)fps", unit)
    rate = float(found[1]) if found else _FPS.get(unit, 0.0)
    return rate or None


# The numbers of defaultRenderGlobals.imageFormat; 51 stands for the name in imfPluginKey.
IMAGE_FORMATS = {
    0: "gif",
    1: "pic",
    2: "rla",
    3: "tif",
    4: "tif",
    5: "sgi",
    6: "als",
    7: "iff",
    8: "jpg",
    9: "eps",
    10: "iff",
    11: "cin",
    12: "yuv",
    13: "sgi",
    19: "tga",
    20: "bmp",
    22: "mov",
    23: "avi",
    31: "psd",
    32: "png",
    35: "dds",
    36: "psd",
    40: "exr",
}
MOVIES = frozenset(("mov", "avi", "qt"))

# When Maya runs the text of a script node, by its scriptType.
SCRIPT_TYPES = {
    0: "on demand",
    1: "when the scene is opened or closed",
    2: "when the scene is opened or closed in the interface",
    3: "interface configuration",
    4: "before and after a software render",
    5: "before and after each frame of a software render",
    6: "scene configuration",
    7: "when the time changes",
}

MEL_HOOKS = {
    "prm": "preMel",
    "pom": "postMel",
    "prlm": "preRenderLayerMel",
    "polm": "postRenderLayerMel",
    "pram": "preRenderMel",
    "poam": "postRenderMel",
    "pfrm": "preFurRenderMel",
    "pfom": "postFurRenderMel",
}
