//Maya ASCII 2026 scene
//Codeset: UTF-8
requires maya "2026";
currentUnit -l centimeter -a degree -t 23.976fps;
fileInfo "license" "commercial";
createNode transform -n "persp";
createNode camera -n "perspShape" -p "persp";
	setAttr -k off ".v";
	setAttr ".rnd" no;
createNode transform -n "shotCam";
createNode camera -n "shotCamShape" -p "shotCam";
	setAttr -k off ".v";
	setAttr ".rnd" yes;
createNode renderLayerManager -n "renderLayerManager";
createNode renderLayer -n "defaultRenderLayer";
	setAttr ".g" yes;
select -ne :defaultRenderGlobals;
	setAttr -cb on ".ren" -type "string" "mayaSoftware";
	setAttr -av -k on ".an" yes;
	setAttr -av ".fs" 1001;
	setAttr -av ".ef" 1010;
	setAttr ".outf" 23;
	setAttr ".ifp" -type "string" "turntable é";
createNode script -n "sceneConfigurationScriptNode";
	setAttr ".b" -type "string" "playbackOptions -min 1001 -max 1010 -ast 990 -aet 1020 ";
	setAttr ".st" 6;
select -ne :time1;
	setAttr ".o" 1001;
select -ne :defaultResolution;
	setAttr ".w" 1920;
	setAttr ".h" 1080;
select -ne :defaultColorMgtGlobals;
	setAttr ".cfe" yes;
	setAttr ".cfp" -type "string" "<MAYA_RESOURCES>/OCIO-configs/Maya2022-default/config.ocio";
	setAttr ".vtn" -type "string" "ACES 1.0 SDR-video (sRGB)";
	setAttr ".wsn" -type "string" "ACEScg";
	setAttr ".cme" yes;
// End of shot
