package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import okio.Okio;
import okio.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The codec over a socket, against OkHttp's server side. */
class OkHttpInteropTest {
  private final MockWebServer server = new MockWebServer();
  private final OkHttpClient client = new OkHttpClient();
  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "permessage-deflate",
        "permessage-deflate; server_no_context_takeover",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
      })
  void whatIsSentIsEchoed(String extension) throws Exception {
    byte[] noise = new byte[300_000];
    new Random(3).nextBytes(noise);
    String text = "{\"name\":\"häll€ 😀\"}".repeat(1_000);
    Response upgraded = upgrade(extension, new Echo());
    Extensions agreed =
        Extensions.parse(upgraded.headers(Extensions.HEADER), List.of(CompressionOffer.standard()));
    try (MessageInflater inflater = agreed == null ? null : Inflaters.of(agreed)) {
      Socket socket = upgraded.socket();
      Reading reading = new Reading();
      MessageReader reader =
          new MessageReader(Okio.buffer(socket.getSource()), Reading.MAX_BYTES, inflater, reading);
      FrameWriter writer = new FrameWriter(Okio.buffer(socket.getSink()), new Random(7));

      write(writer, new Message(text.getBytes(UTF_8), false));
      write(writer, new Message(text.getBytes(UTF_8), false));
      write(writer, new Message(new byte[0], false));
      write(writer, new Message(noise, true));
      writer.ping("are you there?".getBytes(UTF_8));
      write(writer, new Message("bye".getBytes(UTF_8), false));

      assertEquals(text, new String(reader.next().array(), UTF_8));
      assertEquals(text, new String(reader.next().array(), UTF_8));
      assertEquals(0, reader.next().length());
      assertArrayEquals(noise, reader.next().array());
      assertNull(reader.next());
      assertEquals(new ReceivedClose(4000, "bye", 4000), reader.close());
      assertEquals(List.of("pong"), reading.seen);
      writer.close(new CloseFrame(4000, "bye"));
      assertEquals("closed 4000 bye", heard.poll(10, SECONDS));
      socket.cancel();
    }
  }

  /** In fragments, if the message is long. */
  private static void write(FrameWriter writer, Message message) throws IOException {
    OutboundQueue queue = new OutboundQueue(message.length());
    queue.add(new OutboundMessage(message, null));
    for (OutboundQueue.Frame next = queue.next(); next != null; next = queue.next()) {
      next.writeTo(writer);
    }
  }

  private Response upgrade(String extension, WebSocketListener listener) throws Exception {
    MockResponse.Builder answer = new MockResponse.Builder().webSocketUpgrade(listener);
    if (!extension.isEmpty()) {
      answer.setHeader(Extensions.HEADER, extension);
    }
    server.enqueue(answer.build());
    Request request =
        new Request.Builder()
            .url(server.url("/"))
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header(Extensions.HEADER, CompressionOffer.standard().toString())
            .build();
    Response upgraded = client.newCall(request).execute();
    assertEquals(101, upgraded.code());
    assertNotNull(upgraded.socket());
    return upgraded;
  }

  /** Echoes messages, and closes when it gets "bye". */
  private final class Echo extends WebSocketListener {
    @Override
    public void onMessage(WebSocket socket, String text) {
      if (text.equals("bye")) {
        socket.close(4000, "bye");
      } else {
        socket.send(text);
      }
    }

    @Override
    public void onMessage(WebSocket socket, ByteString bytes) {
      socket.send(bytes);
    }

    @Override
    public void onClosed(WebSocket socket, int code, String reason) {
      heard.add("closed " + code + " " + reason);
    }

    @Override
    public void onFailure(WebSocket socket, Throwable failure, Response response) {
      heard.add("failed " + failure);
    }
  }
}
