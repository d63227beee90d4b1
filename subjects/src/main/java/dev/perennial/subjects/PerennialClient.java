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
import dev.perennial.json.Json;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.websocket.WebSockets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

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
    String url = instructions.url().toString();
    ExchangeBuilder<?> builder =
        switch (instructions.protocol()) {
          case SSE -> sse(url, instructions.body());
          case NDJSON -> Ndjson.builder(url);
          case WEBSOCKET -> webSocket(url, instructions);
        };
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

  private static ExchangeBuilder<?> webSocket(String url, Instructions instructions) {
    WebSockets.Builder builder = WebSockets.builder(url).compressed();
    if (!instructions.isWithoutCursor()) {
      builder.cursorParameter(instructions.cursorParameter());
    }
    Duration pingEvery = instructions.pingEvery();
    if (pingEvery != null) {
      builder.pingEvery(pingEvery).pingTimeout(pingEvery);
    }
    String message = instructions.message();
    return message == null ? builder : builder.onOpen(out -> out.send(message));
  }

  private static ExchangeBuilder<?> sse(String url, @Nullable String body) {
    return body == null
        ? Sse.builder(url)
        : Sse.builder(new Request.Builder().url(url).post(RequestBody.create(body, null)).build());
  }

  private static boolean isMarker(Payload payload, String marker) {
    return payload.text().equals(marker) || marker.equals(Json.field("/data").apply(payload));
  }
}
