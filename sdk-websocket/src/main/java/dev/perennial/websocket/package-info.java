/** WebSocket. */
@NullMarked
package dev.perennial.websocket;

import org.jspecify.annotations.NullMarked;
