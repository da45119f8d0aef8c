/*
 * Sign-up forms that answer where they stand. A form with `data-broadsheet` is sent without leaving the page; without
 * this script it is a plain form and works as well. It asks for nothing until somebody turns to a form, keeps nothing,
 * and draws nothing: the publisher's own style sheet does.
 */
(() => {
  'use strict';
  const words = {
    sending: 'Sending…',
    instead: 'Yes, use …',
  };

  /** Seconds that a form has to lie open, and those that make up for work which a browser cannot do. */
  const waits = { fill: 2, patience: 30 };

  /** From the form's own address: when it was opened, signed, and how much work it takes. */
  async function askForStamp(form) {
    try {
      const language = form.elements.namedItem('lang')?.value ?? '';
      const answer = await fetch(`${form.action}/stamp?lang=${language}`, { credentials: 'omit' });
      const stamp = await answer.json();
      Object.assign(words, stamp.words);
      Object.assign(waits, { fill: stamp.fillSeconds, patience: stamp.patienceSeconds });
      return { ...stamp, at: Date.now() };
    } catch {
      return undefined; // then it goes as a plain form does
    }
  }

  function setField(form, name, value) {
    let field = form.elements.namedItem(name);
    if (!field) {
      field = Object.assign(document.createElement('input'), { type: 'hidden', name });
      form.append(field);
    }
    field.value = value;
  }

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  /** A number that gives a hash which begins with so many zero bits: nothing to a reader, a lot to who sends thousands. */
  async function prove(stamp, email, bits) {
    const text = new TextEncoder();
    for (let number = 0; ; number += 1) {
      // Browsers may give short hashes at once: without pauses the page would stand still, and the submit event of this
      // form be still under way when it is sent, which does nothing.
      if (number % 500 === 0) await pause(0);
      const bytes = text.encode(`${stamp}:${email}:${number}`);
      const hash = new DataView(await crypto.subtle.digest('SHA-256', bytes));
      if (hash.getUint32(0) >>> (32 - bits) === 0) return String(number);
    }
  }

  /** A region that is there before it says something, or screen readers miss the first of it. */
  function placeFor(form) {
    const place = document.createElement('div');
    place.className = 'broadsheet-answer';
    place.setAttribute('role', 'status');
    form.append(place);
    return place;
  }

  function say(place, sentences) {
    place.replaceChildren(
      ...sentences.map((sentence) => Object.assign(document.createElement('p'), { textContent: sentence })),
    );
  }

  function offer(form, place, { suggestion, sure }) {
    setField(form, 'sure', sure);
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', textContent: words.instead.replace('…', suggestion) });
    button.addEventListener('click', () => {
      form.elements.namedItem('email').value = suggestion;
      form.requestSubmit();
    });
    place.append(button);
  }

  async function fill(form, stamp) {
    if (!stamp) return;
    setField(form, 'opened', stamp.stamp);
    const works = Boolean(globalThis.crypto?.subtle);
    if (stamp.proofBits > 0 && works)
      setField(form, 'proof', await prove(stamp.stamp, form.elements.namedItem('email').value.trim(), stamp.proofBits));
    // Whoever's browser fills the form in is quicker than a hand; they need not hear of it.
    const waitsInstead = stamp.isAsked && stamp.proofBits > 0 && !works;
    const seconds = waitsInstead ? waits.patience + 1 : waits.fill;
    await pause(Math.max(0, stamp.at + seconds * 1000 - Date.now()));
  }

  /** Sends it, and once more where the answer says how: with work done, while very many sign-ups arrive. Nobody need hear of it. */
  async function fillAndSend(form, stamp) {
    await fill(form, stamp);
    const answer = await send(form);
    if (answer.ok || !answer.next) return answer;
    await fill(form, { ...answer.next, isAsked: true, at: Date.now() });
    return send(form);
  }

  async function send(form) {
    const response = await fetch(form.action, {
      method: 'POST',
      body: new URLSearchParams(new FormData(form)),
      headers: { accept: 'application/json' },
      credentials: 'omit',
    });
    return response.json();
  }

  function show(form, place, answer) {
    const email = form.elements.namedItem('email');
    if (answer.ok) {
      say(place, [answer.heading, ...answer.paragraphs]);
      email.removeAttribute('aria-invalid');
      form.reset();
      return;
    }
    say(place, answer.said ?? [answer.error.message]);
    if (answer.suggestion) offer(form, place, answer);
    email.toggleAttribute('aria-invalid', false);
    if (answer.field === 'email') {
      email.setAttribute('aria-invalid', 'true');
      email.focus();
    }
  }

  function enhance(form) {
    const place = placeFor(form);
    let opened;
    let busy = false;
    const open = () => (opened ??= askForStamp(form));
    form.addEventListener('focusin', open);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      say(place, [words.sending]);
      try {
        const answer = await fillAndSend(form, await open());
        // A stamp is good for one form.
        if (answer.ok) opened = undefined;
        show(form, place, answer);
      } catch {
        form.submit(); // as the plain form it is: whatever was in the way may not be in the way of that
      } finally {
        busy = false;
      }
    });
  }

  /** Our own sign-up page, where work is asked for: it is sent as ever, with the proof in it. */
  function proveFirst(form) {
    let proven;
    form.addEventListener('submit', async (event) => {
      const { submitter } = event;
      const typed = submitter?.name === 'instead' ? submitter.value : form.elements.namedItem('email').value.trim();
      if (!globalThis.crypto?.subtle || proven === typed) return;
      event.preventDefault();
      proven = typed;
      form.setAttribute('aria-busy', 'true');
      const stamp = form.elements.namedItem('opened').value;
      setField(form, 'proof', await prove(stamp, typed, Number(form.dataset.proofBits)));
      form.removeAttribute('aria-busy');
      form.requestSubmit(submitter);
    });
  }

  function start() {
    for (const form of document.querySelectorAll('form[data-broadsheet]')) enhance(form);
    for (const form of document.querySelectorAll('form[data-proof-bits]')) proveFirst(form);
  }

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
})();
