// Directory maps as farmsubmit.lang.dirmap applies them; the tests hold the two equal.

const SLASHES = /[/\\]/;
const DRIVE = /^[A-Za-z]:$/;

function isWindows(path) {
  return path.startsWith("//") || path.startsWith("\\\\") || DRIVE.test(path.split(SLASHES, 1)[0]);
}

function splitPath(path, windows) {
  const pieces = windows ? path.split(SLASHES) : path.split("/");
  const slash = pieces.length > 1 && pieces[pieces.length - 1] === "";
  let root = "";
  if (windows && DRIVE.test(pieces[0])) root = pieces.shift();
  else if (pieces.length > 1 && pieces[0] === "") root = pieces.length > 2 && pieces[1] === "" ? "//" : "/";
  return { root, names: pieces.filter((name) => name !== ""), slash };
}

function joinPath(root, names, slash, separator) {
  const text = names.join(separator) + (slash && names.length ? separator : "");
  return root.endsWith(":") ? root + separator + text : separator.repeat(root.length) + text;
}

function startsWithFolder(whole, source, fold) {
  if (fold(whole.root) !== fold(source.root) || whole.names.length < source.names.length) return false;
  return source.names.every((name, place) => fold(whole.names[place]) === fold(name));
}

// Returns the path as a map makes it, or null where the map does not apply.
function applyMap([src, dst], path) {
  const windows = isWindows(src);
  if (!windows && !src.includes("/")) return path === src ? dst : null;
  const source = splitPath(src, windows);
  const whole = splitPath(path, windows);
  const fold = windows ? (text) => text.toLowerCase() : (text) => text;
  if (!startsWithFolder(whole, source, fold)) return null;
  const toWindows = isWindows(dst);
  const target = splitPath(dst, toWindows);
  const separator = toWindows && !dst.includes("/") && dst.includes("\\") ? "\\" : "/";
  return joinPath(target.root, [...target.names, ...whole.names.slice(source.names.length)], whole.slash, separator);
}

// Returns what a path becomes on the blades of a zone: the first map of the list that applies wins.
function mapPath(path, maps, zone) {
  for (const map of maps) {
    const mapped = map[2] === zone ? applyMap(map, path) : null;
    if (mapped !== null) return mapped;
  }
  return path;
}
