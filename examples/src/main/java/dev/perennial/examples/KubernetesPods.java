package dev.perennial.examples;

import dev.perennial.EventStream;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.ServerError;
import dev.perennial.StreamSubscription;
import dev.perennial.http.Credentials;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.ndjson.Ndjson;
import java.util.function.Predicate;

/** Keeps a copy of the pods of a Kubernetes cluster: a list, and the changes since. */
final class KubernetesPods {
  private final String api;
  private final Credentials credentials;
  private final Pods pods;

  KubernetesPods(String api, Credentials credentials, Pods pods) {
    this.api = api;
    this.credentials = credentials;
    this.pods = pods;
  }

  // region pods
  /** A pod that was ADDED, MODIFIED or DELETED. */
  record Change(String type, Pod object) {}

  /** The part of a pod that this program reads. */
  record Pod(Metadata metadata) {}

  /** The part of its metadata that this program reads. */
  record Metadata(String namespace, String name) {}

  /** The copy. */
  interface Pods {
    /** Reloads it with GET /api/v1/pods; returns the list's metadata.resourceVersion. */
    String list() throws Exception;

    void apply(Change change);
  }

  private static final Predicate<Payload> IS_BOOKMARK = Json.fieldEquals("/type", "BOOKMARK");
  private static final Predicate<Payload> IS_ERROR = Json.fieldEquals("/type", "ERROR");
  private static final JsonField CODE = Json.field("/object/code");
  private static final JsonField MESSAGE = Json.field("/object/message");

  StreamSubscription follow() throws Exception {
    EventStream<Change> changes =
        Ndjson.builder(api + "/api/v1/pods?watch=1&allowWatchBookmarks=true&timeoutSeconds=240")
            .accept("application/json")
            .credentials(credentials)
            .cursor(Json.field("/object/metadata/resourceVersion"))
            .cursorParameter("resourceVersion")
            .classify(line -> IS_BOOKMARK.test(line) ? Payload.Kind.CURSOR : Payload.Kind.EVENT)
            .error(line -> IS_ERROR.test(line) ? errorOf(line) : null)
            .stream(Change.class)
            .withCursor(pods.list())
            .withGapPolicy(GapPolicy.snapshotThenLive(gap -> pods.list()));
    return changes.subscribe(event -> pods.apply(event.data()));
  }

  private static ServerError errorOf(Payload line) {
    int code = Integer.parseInt(String.valueOf(CODE.apply(line))); // 410 is a gap, 500 is retried.
    return ServerError.ofStatus(code, MESSAGE.apply(line));
  }
  // endregion
}
