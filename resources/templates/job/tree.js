// The model of the tree, and a list that makes elements for the visible lines only.

const JOB = -1;
const KIND = { TASK: 0, INSTANCE: 1, ITERATE: 2 };

// Knows which rows are to be seen. A row is its place in the job; JOB is the job itself; -2 and below are folds.
class Tree {
  constructor(data) {
    this.data = data;
    this.size = data.parents.length;
    this.serials = new Set(data.serials);
    this.collapsed = new Set();
    this.foldAt = new Map(data.folds.map(([first], number) => [first, number]));
    this.openFolds = new Set();
    this.kept = null;
    this.measure();
  }

  measure() {
    const { parents, commands } = this.data;
    this.depth = new Int32Array(this.size);
    this.end = new Int32Array(this.size);
    this.children = new Int32Array(this.size + 1);
    this.total = new Float64Array(this.size + 1);
    for (let row = 0; row < this.size; row++) {
      this.depth[row] = parents[row] === JOB ? 1 : this.depth[parents[row]] + 1;
      this.end[row] = row + 1;
    }
    for (let row = this.size - 1; row >= 0; row--) {
      const parent = parents[row] === JOB ? this.size : parents[row];
      if (parent < this.size) this.end[parent] = Math.max(this.end[parent], this.end[row]);
      this.total[row] += commands[row] ? commands[row].filter(([flags]) => !(flags & 2)).length : 0;
      this.total[parent] += this.total[row];
      this.children[parent] += 1;
    }
  }

  childrenOf(row) { return this.children[row === JOB ? this.size : row]; }
  totalOf(row) { return this.total[row === JOB ? this.size : row]; }
  depthOf(row) { return row === JOB ? 0 : this.depth[this.isFold(row) ? this.fold(row)[0] : row]; }
  parentOf(row) { return row === JOB ? null : this.data.parents[this.isFold(row) ? this.fold(row)[0] : row]; }
  isFold(row) { return row < JOB; }
  fold(row) { return this.data.folds[-2 - row]; }
  isSerial(row) { return row === JOB ? this.data.serial : this.serials.has(row); }
  title(row) { return row === JOB ? this.data.title : this.data.texts[this.data.titles[row]]; }

  marks(byText, place) { return this.data.marks[byText[place]] ?? []; }

  visible() {
    const rows = [JOB];
    if (this.kept) {
      for (let row = 0; row < this.size; row++) if (this.kept[row]) rows.push(row);
      return rows;
    }
    let row = this.collapsed.has(JOB) ? this.size : 0;
    while (row < this.size) {
      const fold = this.foldAt.get(row);
      if (fold !== undefined && !this.openFolds.has(fold)) {
        rows.push(-2 - fold);
        row = this.data.folds[fold][1];
        continue;
      }
      rows.push(row);
      row = this.collapsed.has(row) ? this.end[row] : row + 1;
    }
    return rows;
  }

  isOpen(row) { return this.kept !== null || !this.collapsed.has(row); }

  open(row) {
    if (this.isFold(row)) this.openFolds.add(-2 - row);
    else this.collapsed.delete(row);
  }

  close(row) {
    this.collapsed.add(row);
    for (const fold of this.openFolds) if (this.parentOf(-2 - fold) === row) this.openFolds.delete(fold);
  }

  closeAll() {
    this.openFolds.clear();
    for (let row = 0; row < this.size; row++) if (this.children[row]) this.collapsed.add(row);
  }

  openAll() {
    this.collapsed.clear();
    this.data.folds.forEach((_, fold) => this.openFolds.add(fold));
  }

  // Opens what hides a row.
  uncover(row) {
    for (let above = this.parentOf(row); above !== null; above = this.parentOf(above)) this.collapsed.delete(above);
    this.data.folds.forEach(([first, end], fold) => { if (first <= row && row < end) this.openFolds.add(fold); });
  }

  // Keeps the rows that hold all the words, and the way to each; returns how many there are, and the first.
  filter(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) { this.kept = null; return { hits: 0, first: JOB }; }
    this.kept = new Uint8Array(this.size);
    let hits = 0;
    let first = JOB;
    for (let row = 0; row < this.size; row++) {
      const texts = this.searched(row);
      if (!words.every((word) => texts.includes(word))) continue;
      if (!hits) first = row;
      hits += 1;
      for (let above = row; above !== JOB && !this.kept[above]; above = this.data.parents[above]) this.kept[above] = 1;
    }
    return { hits, first };
  }

  searched(row) {
    this.haystacks ??= new Array(this.size);
    return this.haystacks[row] ??= this.haystack(row);
  }

  haystack(row) {
    const { texts, ids, services, commands } = this.data;
    const parts = [this.title(row), ids[row] ?? "", texts[services[row]]];
    for (const [, service, more, ...argv] of commands[row] || []) {
      parts.push(texts[service], texts[more], argv.map((place) => texts[place]).join(" "));
    }
    return parts.join("\n").toLowerCase();
  }
}

// Draws the lines of a long list that can be seen, and a few more; `draw(place)` makes the element of one.
class LongList {
  constructor(scroller, holder, height, draw) {
    Object.assign(this, { scroller, holder, height, draw, count: 0 });
    scroller.addEventListener("scroll", () => this.refresh(), { passive: true });
    new ResizeObserver(() => this.refresh()).observe(scroller);
  }

  setCount(count) {
    this.count = count;
    this.holder.style.height = `${count * this.height}px`;
    this.refresh();
  }

  refresh() {
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / this.height) - 8);
    const last = Math.min(this.count, Math.ceil((this.scroller.scrollTop + this.scroller.clientHeight) / this.height) + 8);
    const drawn = [];
    for (let place = first; place < last; place++) {
      const element = this.draw(place);
      element.style.transform = `translateY(${place * this.height}px)`;
      drawn.push(element);
    }
    this.holder.replaceChildren(...drawn);
  }

  // Scrolls as little as needed; `covered` is what a heading hides at the top.
  reveal(place, covered = 0) {
    const top = place * this.height;
    const room = this.scroller.clientHeight - covered - this.height;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top > this.scroller.scrollTop + room) this.scroller.scrollTop = top - room;
    this.refresh();
  }
}
