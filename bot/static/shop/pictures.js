/* The shop's pictures, drawn by hand. Colours come from the page's style, so they follow light and dark. */
const draw = (shapes) => `<svg viewBox="0 0 240 180" aria-hidden="true">${shapes}</svg>`;
const shadow = (x, rx) => `<ellipse cx="${x}" cy="154" rx="${rx}" ry="7" class="shade"/>`;

export const pictures = {
  cooker: draw(`${shadow(120, 66)}
    <path d="M60 84h120v40a28 28 0 0 1-28 28H88a28 28 0 0 1-28-28z" class="body"/><path d="M60 84c0-28 27-44 60-44s60 16 60 44z" class="light"/>
    <path d="M60 84h120v8H60z" class="dark"/><rect x="104" y="30" width="32" height="14" rx="7" class="dark"/><rect x="96" y="106" width="48" height="28" rx="8" class="dark"/>
    <circle cx="110" cy="120" r="5" class="glow"/><path d="M122 116h14M122 124h9" class="line-light"/><path d="M48 92h12v22H48zM180 92h12v22h-12z" class="dark"/>
    <path d="M102 22c-5-6 5-9 0-15M120 20c-5-6 5-9 0-15M138 22c-5-6 5-9 0-15" class="steam"/>`),
  kettle: draw(`${shadow(118, 58)}
    <path d="M84 152c-8 0-14-6-12-14l12-62h64l12 62c2 8-4 14-12 14z" class="body"/><path d="M86 76c2-12 14-18 30-18s28 6 30 18z" class="light"/>
    <circle cx="116" cy="53" r="6" class="dark"/><path d="M76 128c-24 0-14-44-40-54" class="spout"/><path d="M150 88c34-8 40 44 6 48" class="handle"/><path d="M92 94l-7 38" class="line-light"/>`),
  lamp: draw(`${shadow(112, 60)}
    <path d="M140 82l44-25 26 96h-92z" class="beam"/><rect x="64" y="143" width="72" height="11" rx="5.5" class="dark"/>
    <path d="M100 143L80 86l52-40" class="arm"/><circle cx="80" cy="86" r="8" class="dark"/><circle cx="161" cy="70" r="11" class="glow"/>
    <path d="M118 44l24-15c18-6 42 8 48 29l-54 31c-15-8-24-27-18-45z" class="body"/><path d="M134 90l58-33" class="arm"/>`),
  earphones: draw(`${shadow(120, 58)}
    <rect x="70" y="78" width="100" height="74" rx="30" class="body"/><path d="M70 108a30 30 0 0 1 30-30h40a30 30 0 0 1 30 30z" class="light"/><circle cx="120" cy="126" r="4" class="glow"/>
    <g class="dark"><circle cx="96" cy="52" r="15"/><rect x="96" y="50" width="10" height="42" rx="5"/><circle cx="146" cy="52" r="15"/><rect x="136" y="50" width="10" height="42" rx="5"/></g><path d="M89 48a9 9 0 0 1 7-5M139 48a9 9 0 0 1 7-5" class="line-light"/>`),
  backpack: draw(`${shadow(120, 52)}
    <path d="M104 36c0-20 32-20 32 0" class="handle"/><path d="M72 82c0-32 20-48 48-48s48 16 48 48v54a16 16 0 0 1-16 16H88a16 16 0 0 1-16-16z" class="body"/>
    <path d="M74 72c4-26 22-38 46-38s42 12 46 38z" class="light"/><rect x="86" y="98" width="68" height="42" rx="12" class="dark"/><path d="M86 112h68" class="line-light"/><circle cx="120" cy="112" r="4" class="glow"/><path d="M70 98c-10 4-12 30-2 40M170 98c10 4 12 30 2 40" class="handle"/>`),
  cup: draw(`${shadow(120, 36)}
    <rect x="90" y="54" width="60" height="98" rx="14" class="body"/><path d="M86 58a6 6 0 0 1-6-6V40a14 14 0 0 1 14-14h52a14 14 0 0 1 14 14v12a6 6 0 0 1-6 6z" class="dark"/>
    <rect x="90" y="86" width="60" height="26" class="light"/><circle cx="120" cy="99" r="6" class="glow"/><path d="M102 66v12M102 120v18" class="line-light"/>`),
};

export const scene = `<svg viewBox="0 0 520 380" preserveAspectRatio="xMidYMid meet">
  <rect x="96" y="18" width="328" height="300" rx="26" class="frame"/><rect x="112" y="34" width="296" height="268" rx="14" class="sky"/>
  <clipPath id="glass"><rect x="112" y="34" width="296" height="268" rx="14"/></clipPath>
  <g clip-path="url(#glass)"><circle cx="318" cy="128" r="46" class="sun"/><path d="M96 250c50-58 100-52 150-14s110 20 190-34v120H96z" class="hill-far"/><path d="M96 282c70-50 120-24 180-10s100-8 160-40v90H96z" class="hill-near"/></g>
  <path d="M260 34v268M112 168h296" class="bars"/><rect x="60" y="312" width="400" height="22" rx="11" class="sill"/>
  <g><path d="M132 312l-8-56h60l-8 56z" class="pot"/><path d="M154 256c-4-40-34-40-40-66 30 2 44 24 42 60zM154 256c2-46 26-54 46-84 8 40-12 70-42 84zM153 256c-6-50 2-74-8-104 26 22 28 66 14 104z" class="leaf"/></g>
  <g><path d="M330 266h62v26a20 20 0 0 1-20 20h-22a20 20 0 0 1-20-20z" class="mug"/><path d="M392 274c22-4 22 26-4 24" class="mug-ear"/><path d="M350 252c-6-8 6-12 0-20M370 252c-6-8 6-12 0-20" class="steam"/></g>
</svg>`;
