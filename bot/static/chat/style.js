/* How the chat looks. A shop may set --kairos-accent, --kairos-on-accent and color-scheme on the element. */
export const css = `
:host {
  color-scheme: light dark;
  --accent: var(--kairos-accent, light-dark(#0f6b58, #63c9ae)); --on-accent: var(--kairos-on-accent, light-dark(#fff, #06241c));
  --paper: light-dark(#fff, #1a201e); --ground: light-dark(#f6f5f1, #121715); --line: light-dark(#e5e2d9, #2d3633);
  --ink: light-dark(#1c2522, #e9eeeb); --soft: light-dark(#5c6762, #a0aca6); --calm: light-dark(#eaf3ee, #1f2e29);
  --mine: light-dark(var(--accent), #1f5a4c); --on-mine: light-dark(var(--on-accent), #effaf6); --alarm: light-dark(#b3261e, #ffb4a9);
}
* { box-sizing: border-box; margin: 0; font: inherit; color: inherit; }
[hidden] { display: none !important; }
.root { all: initial; color-scheme: inherit; font: 15px/1.55 system-ui, sans-serif; color: var(--ink); }
.bubble *, textarea, time { unicode-bidi: plaintext; }
.quiet { position: absolute; clip-path: inset(50%); }
button { border: 0; background: none; cursor: pointer; padding: 0; }
button:hover:enabled { filter: brightness(1.1); }
svg { display: block; inline-size: 1em; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
:focus-visible { outline: 2.5px solid var(--accent); outline-offset: 2px; }

.launcher, .panel { position: fixed; z-index: 2147483000; inset-block-end: 20px; inset-inline-end: 20px; box-shadow: 0 0 0 1px light-dark(#0000, #2d3633), 0 16px 48px -12px light-dark(#1c252266, #000c); }
.launcher, .tool, .empty { display: grid; place-content: center; }
.launcher { inline-size: 60px; block-size: 60px; border-radius: 50%; font-size: 27px; }
.launcher, .latest, .send { background: var(--accent); color: var(--on-accent); }
.badge { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-inline-size: 23px; padding-inline: 6px; border-radius: 12px; background: #c8321f; color: #fff; font-size: 13px; line-height: 23px; font-weight: 650; }

.panel { inset-block-end: 94px; inline-size: min(392px, 100vw - 40px); block-size: min(660px, 100dvh - 116px); display: flex; flex-direction: column; overflow: hidden; background: var(--paper); border-radius: 20px; outline: 0; animation: rise .2s; }
@keyframes rise { from { opacity: 0; transform: translateY(10px); } }

header { display: flex; align-items: center; gap: 12px; padding: 14px; border-block-end: 1px solid var(--line); }
.tool { flex: none; inline-size: 40px; block-size: 40px; border-radius: 12px; font-size: 20px; }
.face { border-radius: 50%; background: var(--calm); color: var(--accent); }
.who { flex: 1; line-height: 1.35; }
h2, strong { font-size: 17px; font-weight: 650; color: var(--ink); }
.who p { font-size: 13px; color: var(--soft); }
.who p::before { content: ""; display: inline-block; inline-size: 7px; block-size: 7px; margin-inline-end: 6px; border-radius: 4px; background: #2a9d6e; }
.away .who p::before { background: #c98a1b; }
.strip { padding: 9px 18px; font-size: 13.5px; background: var(--calm); border-block-end: 1px solid var(--line); overflow-wrap: anywhere; }
.alarm { color: var(--alarm); background: color-mix(in srgb, var(--alarm) 9%, var(--paper)); }

.stage { position: relative; flex: 1; min-block-size: 0; display: flex; background: var(--ground); }
.log { flex: 1; min-inline-size: 0; overflow-y: auto; overscroll-behavior: contain; padding: 4px 16px 16px; scrollbar-width: thin; }
.log:focus-visible { outline-offset: -3px; }
.empty { position: absolute; inset: 0; text-align: center; gap: 6px; padding: 24px; pointer-events: none; color: var(--soft); }
.latest { position: absolute; inset-block-end: 12px; inset-inline: 0; margin-inline: auto; inline-size: fit-content; padding: 7px 14px; border-radius: 18px; font-size: 13.5px; }

.row { display: flex; flex-direction: column; align-items: start; margin-block-start: 4px; }
.first { margin-block-start: 14px; }
.customer { align-items: end; }
.name, .meta { padding-inline: 4px; font-size: 12.5px; color: var(--soft); }
.bubble, .typing { max-inline-size: 86%; padding: 9px 14px; border-radius: 18px; border-end-start-radius: 6px; background: var(--paper); border: 1px solid var(--line); overflow-wrap: anywhere; }
.agent .bubble { border-color: var(--accent); }
.customer .bubble { background: var(--mine); color: var(--on-mine); border-color: #0000; border-radius: 18px; border-end-end-radius: 6px; }
.system .bubble { max-inline-size: none; margin: 8px auto; padding: 0; background: none; border: 0; font-size: 13px; color: var(--soft); text-align: center; }
.bubble p { white-space: pre-wrap; }
img { display: block; max-inline-size: 100%; max-block-size: 220px; inline-size: auto; block-size: auto; margin-block: 4px; border-radius: 8px; }
.meta { display: flex; align-items: center; gap: 5px; }
.tick { font-size: 15px; }
.tick[data-state=read] { color: var(--accent); }
.choice { display: block; inline-size: 100%; min-inline-size: 190px; min-block-size: 40px; margin-block: 6px; padding: 7px 14px; border-radius: 13px; border: 1.5px solid var(--accent); color: var(--accent); text-align: start; font-weight: 550; }
.choice:disabled { cursor: default; border-color: var(--line); color: var(--soft); font-weight: 400; }
.choice[aria-pressed=true] { border-color: var(--accent); color: var(--ink); background: var(--calm); }

.typing { display: flex; gap: 4px; inline-size: fit-content; margin-block-start: 10px; padding-block: 14px; }
.typing i { inline-size: 6px; block-size: 6px; border-radius: 50%; background: var(--soft); animation: hop .6s infinite alternate; }
i:nth-child(2) { animation-delay: .2s; }
i:nth-child(3) { animation-delay: .4s; }
@keyframes hop { from { opacity: .3; } to { transform: translateY(-3px); } }

form { padding: 10px 12px max(10px, env(safe-area-inset-bottom)); border-block-start: 1px solid var(--line); }
.field { display: flex; align-items: end; gap: 6px; padding: 4px; border-radius: 16px; border: 1.5px solid var(--line); background: var(--ground); }
.field:has(textarea:focus) { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
textarea { flex: 1; min-inline-size: 0; max-block-size: 132px; padding: 8px 10px; border: 0; background: none; resize: none; outline: 0 !important; font-size: 16px; line-height: 1.5; }
::placeholder { color: var(--soft); opacity: 1; }
.attach, .send[aria-disabled=true] { background: none; color: var(--soft); }
.tool:disabled { opacity: .4; }

@media (max-width: 480px) {
  .panel { inset: var(--top, 0) 0 auto; inline-size: auto; block-size: var(--height, 100dvh); border-radius: 0; }
  .open .launcher { display: none; }
}
@media (prefers-reduced-motion) { * { animation: none !important; } }
@media (forced-colors: active) { .bubble, .launcher, .panel { border: 1px solid !important; } }
`;
