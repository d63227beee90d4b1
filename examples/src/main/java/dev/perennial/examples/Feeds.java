package dev.perennial.examples;

import static java.time.Duration.ofSeconds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.perennial.DedupeWindow;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.ServerError;
import dev.perennial.StreamException;
import dev.perennial.http.Credentials;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.websocket.WebSockets;
import java.util.List;
import java.util.function.Predicate;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** Feeds of services that each have rules of their own. */
final class Feeds {
  private static final MediaType JSON = MediaType.get("application/json");

  private Feeds() {}

  // region firebase
  /** A change: put replaces what is at the path, patch replaces the named children of it. */
  record Change(String path, JsonNode data) {}

  static EventStream<Change> firebase(String url, Credentials token, String trustedOrigins) {
    return Sse.builder(url) // https://my-app.firebaseio.com/rooms/42.json
        .credentials(token) // "Bearer " and an access token
        .trustOrigins(trustedOrigins) // https://*.firebaseio.com: 307 leads to another server
        .heartbeat(event -> event.type().equals("keep-alive"))
        .error(Feeds::firebaseError)
        .stream(Change.class);
  }

  private static @Nullable ServerError firebaseError(Payload event) {
    return switch (event.type()) {
      case "auth_revoked" -> ServerError.ofStatus(401, event.text()); // asks for a new token
      case "cancel" -> ServerError.fatal("The rules no longer allow reading this location");
      default -> null;
    };
  }

  // endregion

  // region graphql
  /** The results of a subscription, over graphql-sse with distinct connections. */
  static EventStream<JsonNode> graphQl(String url, String query) {
    String request = JsonNodeFactory.instance.objectNode().put("query", query).toString();
    return Sse.builder(url)
        .post(RequestBody.create(request, JSON))
        .resendAfterEvents() // it asks, and changes nothing
        .endsAt(event -> event.type().equals("complete"))
        .eventsWithoutData() // the end may be one
        .stream(JsonNode.class)
        .withRetry(
            RetryPolicy.exponential(ofSeconds(1), ofSeconds(30))
                .onFailure(
                    e -> e.reason() == StreamException.Reason.INCOMPLETE,
                    RetryPolicy.Action.RETRY));
  }

  // endregion

  // region ntfy
  /** A message of a topic. */
  record Message(String id, long time, String title, String message, List<String> tags) {}

  private static final JsonField ID = Json.field("/id");
  private static final Predicate<Payload> IS_MESSAGE = Json.fieldEquals("/event", "message");

  static EventStream<Message> ntfyLines(String topic) {
    return Ndjson.builder(topic + "/json") // https://ntfy.sh/mytopic/json
        .heartbeat(IS_MESSAGE.negate()) // open, keepalive
        .cursor(Feeds::messageId)
        .stream(Message.class);
  }

  static EventStream<Message> ntfyEvents(String topic) {
    return Sse.builder(topic + "/sse")
        .heartbeat(IS_MESSAGE.negate())
        .cursor(Feeds::messageId) // ntfy sends no id: lines
        .cursorParameter("since")
        .stream(Message.class);
  }

  /** The id of a keepalive is no place to go on from: ntfy does not know it. */
  private static @Nullable String messageId(Payload event) {
    return IS_MESSAGE.test(event) ? ID.apply(event) : null;
  }

  // endregion

  // region jetstream
  /** What an account did: a commit, or a change of the account itself. */
  record Happening(String did, String kind, JsonNode commit) {}

  private static final JsonField DID = Json.field("/did");
  private static final JsonField TIME = Json.field("/time_us");
  private static final long EARLIER_MICROS = 5_000_000;

  static EventStream<Happening> jetstream(String url) {
    return WebSockets.builder(attempt -> since(url, attempt.cursor()))
        .cursor(TIME)
        .cursorInRequest()
        .id(event -> DID.apply(event) + " " + TIME.apply(event)) // several may have one time
        .stream(Happening.class)
        .withDedupe(DedupeWindow.replays(20_000)); // 5 s of the busiest hour
  }

  private static Request since(String url, @Nullable String cursor) {
    String query = cursor == null ? "" : "&cursor=" + (Long.parseLong(cursor) - EARLIER_MICROS);
    return new Request.Builder()
        .url(url + "/subscribe?wantedCollections=app.bsky.feed.post" + query)
        .build();
  }

  // endregion

  // region listen
  /** The notifications of a server of the Model Context Protocol, revision 2026-07-28. */
  static EventStream<JsonNode> listen(String url, String requestJson, Runnable listAgain) {
    return Sse.builder(url)
        .header("MCP-Protocol-Version", "2026-07-28")
        .header("Mcp-Method", "subscriptions/listen")
        .post(RequestBody.create(requestJson, JSON))
        .resendAfterEvents() // it asks, and changes nothing
        .stream(JsonNode.class)
        .withGapPolicy(
            GapPolicy.fail()
                .except(
                    Gap.Reason.NO_CURSOR,
                    GapPolicy.snapshotThenLive(
                        gap -> {
                          listAgain.run(); // what has changed meanwhile is not repeated
                          return null;
                        })));
  }
  // endregion
}
