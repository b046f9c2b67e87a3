/* <script src="https://HOST/chat/widget.js" defer></script><kairos-chat server="https://HOST" lang="zh-CN"></kairos-chat> */
import(new URL("element.js", document.currentScript.src));
