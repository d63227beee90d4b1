package dev.perennial.testkit;

import dev.perennial.testkit.internal.RealTime;
import dev.perennial.testkit.internal.Settings;
import dev.perennial.testkit.internal.wire.HttpAnswer;
import dev.perennial.testkit.internal.wire.WebSocketFrameReader;
import dev.perennial.testkit.internal.wire.WebSocketHandshake;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open WebSocket on a {@link LoopbackServer}, for faults that a correct server cannot cause. It
 * answers nothing, and checks only that the client masks its frames.
 *
 * <pre>{@code
 * LoopbackServer.start(
 *     exchange -> {
 *       WebSocketExchange socket = WebSocketExchange.accept(exchange);
 *       socket.send(WebSocketFrame.text("half of a mess").unfinished());
 *       socket.send(WebSocketFrame.close(1011, "that was all"));
 *       socket.awaitClose(Duration.ofSeconds(5));
 *     });
 * }</pre>
 *
 * <p>It belongs to the thread of the handler; only {@link #cut} may be called from others. A second
 * thread may read.
 *
 * @since 0.1.0
 */
public final class WebSocketExchange {

  private final Exchange exchange;
  private final WebSocketFrameReader reader;

  private WebSocketExchange(Exchange exchange) {
    this.exchange = exchange;
    this.reader = new WebSocketFrameReader(exchange.input());
  }

  /**
   * Opens the WebSocket that a request asks for.
   *
   * @throws IOException if the connection is gone, or the request is no handshake; it was answered
   *     with an error then
   */
  public static WebSocketExchange accept(Exchange exchange) throws IOException {
    return accept(exchange, List.of());
  }

  /**
   * Opens the WebSocket that a request asks for, with more headers in the answer.
   *
   * @param headerLines headers as {@code "Name: value"}, sent as they are, such as a subprotocol; a
   *     {@code Connection:} among them replaces the usual one
   * @throws IOException if the connection is gone, or the request is no handshake; it was answered
   *     with an error then
   */
  public static WebSocketExchange accept(Exchange exchange, List<String> headerLines)
      throws IOException {
    HttpAnswer refusal = WebSocketHandshake.refusal(exchange.request());
    if (refusal != null) {
      exchange.answer(refusal.status(), refusal.headerLines(), refusal.body());
      throw new IOException(refusal.body());
    }
    exchange.write(WebSocketHandshake.head(exchange.request(), headerLines));
    return new WebSocketExchange(exchange);
  }

  /**
   * Writes a frame at once.
   *
   * @throws IOException if the connection is gone
   */
  public void send(WebSocketFrame frame) throws IOException {
    exchange.write(frame.encoded());
  }

  /**
   * Writes bytes at once, whether or not they are a frame.
   *
   * @throws IOException if the connection is gone
   */
  public void write(byte[] bytes) throws IOException {
    exchange.write(bytes);
  }

  /**
   * Reads the client's next frame of any kind.
   *
   * @param limit how long to wait for it; a frame that was begun may take as long for each part
   * @return the frame, or null when the client has closed the connection
   * @throws SocketTimeoutException if none comes within the limit
   * @throws IOException if the connection is gone, or the frame is not masked or over 16 MiB
   */
  public @Nullable WebSocketFrame read(Duration limit) throws IOException {
    Settings.requirePositive("limit", limit);
    long millis = Math.min(Integer.MAX_VALUE, RealTime.nanosOf(limit) / 1_000_000);
    exchange.socket().setSoTimeout((int) Math.max(1, millis));
    return reader.read();
  }

  /**
   * Reads frames up to the client's close frame, and discards the others.
   *
   * @param limit how long to wait for each frame
   * @return the close frame, or null when the client has closed the connection without one
   * @throws SocketTimeoutException if no frame comes within the limit
   * @throws IOException if the connection is gone, or a frame is not masked or over 16 MiB
   */
  public @Nullable WebSocketFrame awaitClose(Duration limit) throws IOException {
    WebSocketFrame frame = read(limit);
    while (frame != null && frame.opcode() != WebSocketFrame.CLOSE) {
      frame = read(limit);
    }
    return frame;
  }

  /** Cuts the connection now, from any thread, also while the handler's thread is writing. */
  public void cut(Cut how) {
    exchange.cut(how);
  }
}
