package dev.perennial.subjects;

import dev.perennial.conformance.ClientUnderTest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The clients that are ready for the rules, by their short names. */
public final class Subjects {
  private static final Map<String, Supplier<ClientUnderTest>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("perennial", PerennialClient::new);
    ALL.put("okhttp-sse", OkHttpSseClient::new);
    ALL.put("okhttp-eventsource", OkHttpEventSourceClient::new);
    ALL.put("jdk-websocket", JdkWebSocketClient::new);
    ALL.put("okhttp-websocket", OkHttpWebSocketClient::new);
    ALL.put("chromium", ChromiumClient::new);
    ALL.put("node-eventsource", NodeEventSourceClient::new);
  }

  private Subjects() {}

  /** The short names, this SDK's first. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /**
   * A new client, to be closed by the caller. Nothing is started before it follows a stream.
   *
   * @return null when there is none of that name
   */
  public static @Nullable ClientUnderTest named(String name) {
    Supplier<ClientUnderTest> client = ALL.get(name);
    return client == null ? null : client.get();
  }

  /** Why the client cannot be run on this machine; null when it can. */
  public static @Nullable String unavailable(ClientUnderTest client) {
    if (client instanceof ChromiumClient chromium) {
      return chromium.unavailable();
    }
    return client instanceof NodeEventSourceClient node ? node.unavailable() : null;
  }
}
