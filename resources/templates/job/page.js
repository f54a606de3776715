// The page itself. Texts of the job only ever become text nodes.

const ROW = 24;
const LINE = 18;
const DEEPEST_INDENT = 18;
const MOST_COMMANDS = 50;

const byId = (id) => document.getElementById(id);

function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

// Returns a text as nodes, its marked parts in spans.
function coloured(text, marks, prefix = "") {
  const nodes = [];
  let place = 0;
  for (const [start, end, kind] of marks) {
    if (start > place) nodes.push(text.slice(place, start));
    nodes.push(make("span", prefix + kind, text.slice(start, end)));
    place = end;
  }
  nodes.push(text.slice(place));
  return nodes;
}

// Returns a text with its invisible characters shown as \u202e, for one that turns the direction could hide what runs.
// The joiner that holds emoji together stays, and so does the tab.
function visible(text) {
  const shown = (each) => `\\u${each.codePointAt(0).toString(16).padStart(4, "0")}`;
  return text.replace(/(?![\t\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu, shown);
}

function startPage(data) {
  const tree = new Tree(data);
  const view = new TreeView(tree, new Detail(tree, (row) => view.goTo(row)));
  const script = new ScriptView(byId("script").textContent);
  startTabs(() => script.show());
  if (data.dirmaps.length) startTry(data.dirmaps);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
    event.preventDefault();
    (byId("panel-tree").hidden ? byId("find") : byId("search")).focus();
  });
}

function startTabs(showScript) {
  const tabs = [byId("tab-tree"), byId("tab-script")];
  const choose = (chosen) => {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      byId(tab.getAttribute("aria-controls")).hidden = tab !== chosen;
    }
    if (chosen === tabs[1]) showScript();
  };
  for (const tab of tabs) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = tabs.find((each) => each !== tab);
      choose(other);
      other.focus();
    });
  }
  choose(location.hash === "#script" ? tabs[1] : tabs[0]);
}

function startTry(maps) {
  const zones = [...new Set(maps.map((map) => map[2]))];
  const show = () => {
    const path = byId("try-path").value;
    byId("tried").replaceChildren(...zones.flatMap((zone) => {
      const mapped = mapPath(path, maps, zone);
      const value = make("dd", `code ${mapped === path ? "dim" : "mapped"}`, mapped === path ? "stays as it is" : mapped);
      return [make("dt", "", zone), value];
    }));
  };
  byId("try-path").addEventListener("input", show);
  show();
}

class TreeView {
  constructor(tree, detail) {
    Object.assign(this, { tree, detail, box: byId("tree"), selected: JOB, words: [] });
    this.list = new LongList(this.box, byId("rows"), ROW, (place) => this.row(place));
    this.box.addEventListener("keydown", (event) => this.onKey(event));
    byId("rows").addEventListener("click", (event) => this.onClick(event));
    byId("rows").addEventListener("dblclick", (event) => this.onDoubleClick(event));
    byId("expand").addEventListener("click", () => { this.tree.openAll(); this.update(); });
    byId("collapse").addEventListener("click", () => { this.tree.closeAll(); this.update(); });
    this.startSearch();
    this.update();
    this.select(tree.size ? 0 : JOB);
  }

  startSearch() {
    const field = byId("search");
    let later = 0;
    field.addEventListener("input", () => {
      clearTimeout(later);
      later = setTimeout(() => this.search(field.value), 80);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { field.value = ""; this.search(""); this.box.focus(); }
      if (event.key === "ArrowDown" || event.key === "Enter") { event.preventDefault(); this.box.focus(); }
    });
  }

  search(text) {
    const { hits, first } = this.tree.filter(text);
    this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
    byId("hits").textContent = this.words.length ? `${hits.toLocaleString("en")} found` : "runs bottom up";
    if (!this.words.length) this.tree.uncover(this.selected);
    this.update();
    this.select(hits ? first : this.selected);
  }

  update() {
    this.rows = this.tree.visible();
    this.box.setAttribute("aria-rowcount", this.rows.length + 1);
    if (!this.rows.includes(this.selected)) this.select(this.nearest(this.selected));
    this.list.setCount(this.rows.length);
  }

  // The row itself, or what stands above it and can be seen.
  nearest(row) {
    const shown = new Set(this.rows);
    while (row !== null && !shown.has(row)) row = this.tree.parentOf(row);
    return row ?? JOB;
  }

  select(row) {
    this.selected = row;
    this.box.setAttribute("aria-activedescendant", `row${row}`);
    this.list.reveal(this.rows.indexOf(row), ROW);
    this.detail.show(row);
  }

  goTo(row) {
    if (!this.rows.includes(row)) { byId("search").value = ""; this.search(""); }
    this.tree.uncover(row);
    this.update();
    this.select(row);
  }

  canToggle(row) { return this.tree.isFold(row) || (this.tree.kept === null && this.tree.childrenOf(row) > 0); }

  toggle(row) {
    if (!this.canToggle(row)) return;
    if (this.tree.isFold(row)) return this.openFold(row);
    if (this.tree.isOpen(row)) this.tree.close(row);
    else this.tree.open(row);
    this.update();
  }

  openFold(row) {
    this.tree.open(row);
    this.rows = this.tree.visible();
    this.select(this.tree.fold(row)[0]);
    this.update();
  }

  // What Enter does: an instance leads to its task, everything else opens or closes.
  activate(row) {
    const target = this.tree.data.targets[row];
    if (target === undefined) this.toggle(row);
    else this.goTo(target);
  }

  rowOf(event) {
    const element = event.target.closest("[data-row]");
    return element ? Number(element.dataset.row) : null;
  }

  onClick(event) {
    const row = this.rowOf(event);
    if (row === null) return;
    if (this.tree.isFold(row)) return this.openFold(row);
    this.select(row);
    if (event.target.closest(".twisty")) this.toggle(row);
  }

  onDoubleClick(event) {
    const row = this.rowOf(event);
    if (row !== null && !event.target.closest(".twisty")) this.activate(row);
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = this.rows.indexOf(this.selected);
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 2);
    const moves = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page, Home: -Infinity, End: Infinity };
    if (event.key in moves) {
      this.select(this.rows[Math.min(this.rows.length - 1, Math.max(0, place + moves[event.key]))]);
    } else if (event.key === "Enter" || event.key === " ") this.activate(this.selected);
    else if (event.key === "ArrowRight") this.inward(place);
    else if (event.key === "ArrowLeft") this.outward();
    else if (event.key === "Escape") { byId("search").value = ""; this.search(""); }
    else return;
    event.preventDefault();
  }

  inward(place) {
    const row = this.selected;
    if (this.canToggle(row) && (this.tree.isFold(row) || !this.tree.isOpen(row))) this.toggle(row);
    else if (this.tree.childrenOf(row) > 0) this.select(this.rows[place + 1]);
  }

  outward() {
    const row = this.selected;
    if (!this.tree.isFold(row) && this.canToggle(row) && this.tree.isOpen(row)) return this.toggle(row);
    const parent = this.tree.parentOf(row);
    if (parent !== null) this.select(parent);
  }

  row(place) {
    const row = this.rows[place];
    const element = make("div", row === this.selected ? "row selected" : "row");
    element.id = `row${row}`;
    element.dataset.row = row;
    element.setAttribute("role", "row");
    element.setAttribute("aria-rowindex", place + 2);
    element.setAttribute("aria-level", this.tree.depthOf(row) + 1);
    element.setAttribute("aria-selected", String(row === this.selected));
    if (this.tree.isFold(row)) element.setAttribute("aria-expanded", "false");
    else if (this.tree.childrenOf(row)) element.setAttribute("aria-expanded", String(this.tree.isOpen(row)));
    element.append(...this.cells(row));
    for (const cell of element.children) cell.setAttribute("role", "gridcell");
    return element;
  }

  cells(row) {
    if (this.tree.isFold(row)) return this.foldCells(row);
    const { data } = this.tree;
    const service = data.texts[row === JOB ? data.service : data.services[row]];
    const inherits = !service && data.kinds[row] !== KIND.INSTANCE;
    const shown = service || (inherits ? (row === JOB ? "any" : "inherit") : "");
    const total = this.tree.totalOf(row);
    const waits = this.detail.waits(row);
    return [
      this.titleCell(row),
      make("span", service && row !== JOB ? "code" : "code dim", shown),
      make("span", "number", total ? total.toLocaleString("en") : ""),
      make("span", "dim", waits),
    ];
  }

  foldCells(row) {
    const [first, , count] = this.tree.fold(row);
    const cell = this.indented(row, "");
    cell.append(make("span", "icon", "⋯"), make("span", "dim", `${count.toLocaleString("en")} more`));
    const total = count * this.tree.totalOf(first);
    return [cell, make("span"), make("span", "number dim", total ? total.toLocaleString("en") : ""), make("span")];
  }

  titleCell(row) {
    const { data } = this.tree;
    const kind = row === JOB ? KIND.TASK : data.kinds[row];
    const hasChildren = this.tree.childrenOf(row) > 0;
    const cell = this.indented(row, hasChildren ? (this.tree.isOpen(row) ? "▾" : "▸") : "");
    const icons = { [KIND.TASK]: hasChildren ? "▤" : "·", [KIND.INSTANCE]: "↪", [KIND.ITERATE]: "↻" };
    cell.append(make("span", "icon", row === JOB ? "▣" : icons[kind]));
    const title = this.tree.title(row);
    cell.append(make("bdi", kind === KIND.INSTANCE ? "instance" : "", ...this.marked(title)));
    if (kind === KIND.INSTANCE) {
      cell.append(make("span", "dim", data.targets[row] === undefined ? " (instance, no such task)" : " (instance)"));
    }
    if (this.tree.isSerial(row)) cell.append(make("span", "chip", "serial"));
    cell.title = title;
    return cell;
  }

  // Beyond a depth the number of the level stands in for more indent.
  indented(row, twisty) {
    const depth = this.tree.depthOf(row);
    const cell = make("span", "", make("span", "twisty", twisty));
    cell.style.paddingLeft = `${7 + Math.min(depth, DEEPEST_INDENT) * 14}px`;
    if (depth > DEEPEST_INDENT) cell.prepend(make("span", "level", String(depth)));
    return cell;
  }

  marked(text) {
    if (!this.words.length) return [text];
    // Every second part is a hit, for the pattern stands in parentheses.
    const wanted = this.words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
    return text.split(new RegExp(`(${wanted})`, "gi")).map((part, place) => (place % 2 ? make("mark", "", part) : part));
  }
}

// The panel of the selected task.
class Detail {
  constructor(tree, goTo) {
    Object.assign(this, { tree, goTo, data: tree.data, box: byId("detail") });
    this.zones = [...new Set(this.data.dirmaps.map((map) => map[2]))];
  }

  waits(row) {
    const parts = [];
    const count = this.tree.childrenOf(row);
    if (count) parts.push(count.toLocaleString("en"));
    for (const other of [this.data.targets[row], this.data.afters[row]]) {
      if (other !== undefined) parts.push(this.tree.title(other));
    }
    return parts.length ? `after ${parts.join(" and ")}` : row !== JOB && this.data.kinds[row] === KIND.INSTANCE ? "—" : "ready";
  }

  show(row) {
    if (this.tree.isFold(row)) {
      const [first, , count] = this.tree.fold(row);
      this.box.replaceChildren(make("h2", "", `${count.toLocaleString("en")} more like “${this.tree.title(first)}”`));
      return;
    }
    const facts = row === JOB ? [["Totals", this.data.summary]] : this.facts(row);
    const list = make("dl", "facts");
    for (const [label, value, isCode] of facts) {
      list.append(make("dt", "", label), make("dd", isCode ? "code" : "", ...[value].flat()));
    }
    this.box.replaceChildren(make("h2", "", make("bdi", "", this.tree.title(row))), list);
    this.box.scrollTop = 0;
  }

  facts(row) {
    const facts = [["Runs after", this.runsAfter(row)], ["Runs before", this.link(this.data.parents[row])]];
    if (this.data.ids[row]) facts.push(["Id", this.data.ids[row], true]);
    if (this.data.kinds[row] === KIND.TASK) facts.push(["Service", this.service(this.data.services[row]), true]);
    const commands = this.data.commands[row] || [];
    for (const command of commands.slice(0, MOST_COMMANDS)) facts.push(...this.command(command, row));
    if (commands.length > MOST_COMMANDS) facts.push(["", `${commands.length - MOST_COMMANDS} more commands, see the script`]);
    if (this.data.more[row]) facts.push(["Also", this.data.more[row], true]);
    return facts;
  }

  runsAfter(row) {
    const parts = [];
    const count = this.tree.childrenOf(row);
    const order = this.tree.isSerial(row) ? "one after another" : "in parallel";
    if (count === 1) parts.push(["the task below"]);
    if (count > 1) parts.push([`${count.toLocaleString("en")} tasks below, ${order}`]);
    for (const other of [this.data.targets[row], this.data.afters[row]]) {
      if (other !== undefined) parts.push([this.link(other)]);
    }
    if (!parts.length) return "nothing, starts at once";
    return parts.flatMap((part, place) => (place ? [", and after ", ...part] : part));
  }

  link(row) {
    const button = make("button", "link", make("bdi", "", this.tree.title(row)));
    button.addEventListener("click", () => this.goTo(row));
    return button;
  }

  service(place) {
    const own = this.data.texts[place];
    const all = this.data.texts[this.data.service];
    if (!own) return make("span", "dim", all ? `inherit: ${all}` : "any blade");
    const nodes = coloured(own, this.tree.marks(this.data.serviceMarks, place), "key-");
    return all ? [...nodes, make("span", "dim", `  and the job's ${all}`)] : nodes;
  }

  command([flags, service, more, ...argv], row) {
    const label = flags & 2 ? "Cleanup" : flags & 1 ? "Local command" : "Command";
    const facts = [[label, this.argv(argv, null), true]];
    if (service && service !== this.data.services[row]) facts.push(["Its service", this.service(service), true]);
    if (this.data.texts[more]) facts.push(["Options", this.data.texts[more], true]);
    const problems = [...new Set(argv.map((place) => this.data.problems[place]).filter(Boolean))];
    for (const problem of problems) facts.push(["", make("span", "problem", problem)]);
    if (argv.some((place) => this.tree.marks(this.data.argumentMarks, place).some(([, , kind]) => kind === "open"))) {
      for (const zone of this.zones) facts.push([`On ${zone}`, this.argv(argv, zone), true]);
    }
    return facts;
  }

  // The arguments with their substitutions coloured; with a zone, the mapped paths as its blades see them.
  argv(places, zone) {
    return places.flatMap((place, number) => {
      const text = this.data.texts[place];
      const marks = this.tree.marks(this.data.argumentMarks, place);
      const nodes = zone === null ? coloured(text, marks) : this.mapped(text, marks, zone);
      const boxed = text === "" || /\s/.test(text) ? " boxed" : "";
      const kind = /^-?\d+(\.\d+)?$/.test(text) ? " word-number" : "";
      const word = make("span", `argument${boxed}${kind}`, ...nodes);
      if (this.data.problems[place]) word.title = this.data.problems[place];
      return number ? [" ", word] : [word];
    });
  }

  mapped(text, marks, zone) {
    const nodes = [];
    let place = 0;
    for (const [start, end, kind] of marks) {
      if (start < place) continue;
      nodes.push(text.slice(place, start));
      if (kind === "open") {
        const close = marks.find(([from, , other]) => other === "close" && from >= end);
        const path = text.slice(end, close[0]).replaceAll("%%", "%");
        nodes.push(make("span", "mapped", mapPath(path, this.data.dirmaps, zone)));
        place = close[1];
        continue;
      }
      nodes.push(kind === "percent" ? "%" : make("span", kind, text.slice(start, end)));
      place = end;
    }
    return [...nodes, text.slice(place)];
  }
}

// The job script, line by line.
class ScriptView {
  constructor(text) {
    Object.assign(this, { text, lines: null, hit: -1 });
    this.list = new LongList(byId("lines"), byId("lines").appendChild(make("div", "code")), LINE, (place) => this.line(place));
    byId("copy").addEventListener("click", () => this.copy());
    byId("find").addEventListener("input", () => this.find(0, 1));
    byId("find").addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.find(this.hit + (event.shiftKey ? -1 : 1), event.shiftKey ? -1 : 1);
    });
  }

  show() {
    if (!this.lines) {
      this.lines = this.text.replace(/\n$/, "").split("\n");
      const longest = this.lines.reduce((most, line) => Math.max(most, line.length), 0);
      // Long enough for every line, so that the width does not change while scrolling.
      this.list.holder.style.minWidth = `calc(${Math.min(longest, 20000) + 2}ch + 76px)`;
    }
    this.list.setCount(this.lines.length);
  }

  line(place) {
    const element = make("div", place === this.hit ? "line hit" : "line");
    element.append(make("span", "place", String(place + 1)), make("span", "", ...this.coloured(visible(this.lines[place]))));
    return element;
  }

  coloured(line) {
    const marks = [];
    const word = /^\s*(Job|Task|Instance|Iterate|RemoteCmd|Cmd|Assign)\b/.exec(line);
    if (word) marks.push([word[0].length - word[1].length, word[0].length, "word-name"]);
    for (const option of line.slice(0, 4000).matchAll(/(?<=\s)-[a-z]+(?=\s|$)/g)) {
      marks.push([option.index, option.index + option[0].length, "word-option"]);
    }
    return coloured(line, marks);
  }

  find(from, step) {
    const wanted = byId("find").value.toLowerCase();
    const { length } = this.lines;
    this.hit = -1;
    for (let tried = 0; wanted && tried < length; tried++) {
      const place = (((from + tried * step) % length) + length) % length;
      if (this.lines[place].toLowerCase().includes(wanted)) { this.hit = place; break; }
    }
    byId("found").textContent = !wanted ? "" : this.hit < 0 ? "not found" : `line ${this.hit + 1}`;
    if (this.hit >= 0) this.list.reveal(this.hit);
    else this.list.refresh();
  }

  async copy() {
    let done = false;
    try {
      await navigator.clipboard.writeText(this.text);
      done = true;
    } catch {
      done = this.copyOldWay();
    }
    byId("copy").textContent = done ? "Copied" : "Copying is blocked";
    setTimeout(() => { byId("copy").textContent = "Copy"; }, 1500);
  }

  // For a page opened from disk, where some browsers keep the clipboard closed.
  copyOldWay() {
    const area = document.body.appendChild(make("textarea"));
    area.value = this.text;
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

startPage(JSON.parse(byId("data").textContent));
