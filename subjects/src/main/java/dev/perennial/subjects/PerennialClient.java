package dev.perennial.subjects;

import dev.perennial.Decoder;
import dev.perennial.Payload;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.TransportUnderTest;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.http.HttpStreamBuilder;
import dev.perennial.json.Json;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.websocket.WebSockets;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;

/** This SDK, over all of its transports. */
public final class PerennialClient implements ClientUnderTest {

  private final ClientUnderTest streams =
      TransportUnderTest.of(
              "perennial",
              EnumSet.allOf(Protocol.class),
              instructions -> builder(instructions).stream(Decoder.text()))
          .withCapabilities(Capability.values());

  @Override
  public String name() {
    return streams.name();
  }

  @Override
  public Set<Protocol> protocols() {
    return streams.protocols();
  }

  @Override
  public Set<Capability> capabilities() {
    return streams.capabilities();
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report) throws Exception {
    return streams.follow(instructions, report);
  }

  // ---- The wire format ----

  private static ExchangeBuilder<?> builder(Instructions instructions) {
    ExchangeBuilder<?> builder =
        instructions.protocol() == Protocol.WEBSOCKET
            ? webSocket(instructions)
            : http(instructions);
    if (instructions.isPositionAtServer()) {
      builder.positionAtServer();
    } else if (instructions.protocol() == Protocol.NDJSON) {
      builder.cursorParameter(instructions.cursorParameter());
    }
    URI proxy = instructions.proxy();
    if (proxy != null) {
      InetSocketAddress address = new InetSocketAddress(proxy.getHost(), proxy.getPort());
      builder.client(new OkHttpClient.Builder().proxy(new Proxy(Proxy.Type.HTTP, address)).build());
    }
    instructions.headers().forEach(builder::header);
    if (!instructions.tokens().isEmpty()) {
      builder.credentials(new Tokens(instructions.tokens())::next);
    }
    Integer maxEventBytes = instructions.maxEventBytes();
    if (maxEventBytes != null) {
      builder.maxEventBytes(maxEventBytes);
    }
    String marker = instructions.endMarker();
    if (marker != null) {
      builder.endsAt(payload -> isMarker(payload, marker));
    }
    String gap = instructions.gapMarker();
    if (gap != null) {
      builder.classify(payload -> isMarker(payload, gap) ? Payload.Kind.GAP : Payload.Kind.EVENT);
    }
    return builder;
  }

  private static HttpStreamBuilder<?> http(Instructions instructions) {
    String url = instructions.url().toString();
    HttpStreamBuilder<?> builder =
        instructions.protocol() == Protocol.SSE ? Sse.builder(url) : Ndjson.builder(url);
    if (instructions.isHttp2()) {
      builder.httpVersion(okhttp3.Protocol.H2_PRIOR_KNOWLEDGE);
    }
    String body = instructions.body();
    if (body != null) {
      builder.post(RequestBody.create(body, null));
    }
    if (instructions.isEndedByBody()) {
      builder.endsWithBody();
    }
    if (instructions.isAnyTypeAccepted()) {
      builder.accept("*/*");
    }
    if (instructions.isGzip()) {
      builder.gzip();
    }
    return builder;
  }

  private static ExchangeBuilder<?> webSocket(Instructions instructions) {
    WebSockets.Builder builder = WebSockets.builder(instructions.url().toString()).compressed();
    if (!instructions.isWithoutCursor() && !instructions.isPositionAtServer()) {
      builder.cursorParameter(instructions.cursorParameter());
    }
    Duration pingEvery = instructions.pingEvery();
    if (pingEvery != null) {
      builder.pingEvery(pingEvery).pingTimeout(pingEvery);
    }
    String message = instructions.message();
    return message == null ? builder : builder.onOpen(out -> out.send(message));
  }

  private static boolean isMarker(Payload payload, String marker) {
    return payload.text().equals(marker) || marker.equals(Json.field("/data").apply(payload));
  }
}
