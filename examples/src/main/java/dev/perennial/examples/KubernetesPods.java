package dev.perennial.examples;

import dev.perennial.EventStream;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.StreamSubscription;
import dev.perennial.http.Credentials;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.ndjson.Ndjson;

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

  private static final JsonField TYPE = Json.field("/type");
  private static final JsonField CODE = Json.field("/object/code");

  StreamSubscription follow() throws Exception {
    EventStream<Change> changes =
        Ndjson.builder(api + "/api/v1/pods?watch=1&allowWatchBookmarks=true&timeoutSeconds=240")
            .accept("application/json")
            .credentials(credentials)
            .cursor(Json.field("/object/metadata/resourceVersion"))
            .cursorParameter("resourceVersion")
            .classify(KubernetesPods::kindOf)
            .stream(Change.class)
            .withCursor(pods.list())
            .withGapPolicy(GapPolicy.snapshotThenLive(gap -> pods.list()));
    return changes.subscribe(event -> pods.apply(event.data()));
  }

  private static Payload.Kind kindOf(Payload line) {
    return switch (String.valueOf(TYPE.apply(line))) {
      case "BOOKMARK" -> Payload.Kind.CURSOR;
      case "ERROR" -> {
        if (!"410".equals(CODE.apply(line))) {
          throw new IllegalStateException(line.text()); // Ends the connection; it is retried.
        }
        yield Payload.Kind.GAP;
      }
      default -> Payload.Kind.EVENT;
    };
  }
  // endregion
}
