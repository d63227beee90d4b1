package dev.perennial.subjects;

import dev.perennial.conformance.ClientUnderTest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The clients that can be put under the conformance rules, by their short names. */
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

  /** Returns the short names, this SDK's first. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /**
   * Creates a client, which the caller closes. It starts nothing before it follows a stream.
   *
   * @return null if no client has that name
   */
  public static @Nullable ClientUnderTest named(String name) {
    Supplier<ClientUnderTest> client = ALL.get(name);
    return client == null ? null : client.get();
  }

  /** Returns why the client cannot run on this machine, or null if it can. */
  public static @Nullable String unavailable(ClientUnderTest client) {
    if (client instanceof ChromiumClient chromium) {
      return chromium.unavailable();
    }
    return client instanceof NodeEventSourceClient node ? node.unavailable() : null;
  }
}
