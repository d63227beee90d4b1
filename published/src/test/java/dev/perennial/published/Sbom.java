package dev.perennial.published;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** An SBOM in CycloneDX format. */
record Sbom(JsonNode json) {
  static Sbom of(Artifact artifact) {
    return new Sbom(artifact.sbom());
  }

  /** Returns the versions of the components by {@code group:name}. */
  Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    for (JsonNode component : json.path("components")) {
      versions.put(
          component.path("group").textValue() + ":" + component.path("name").textValue(),
          component.path("version").textValue());
    }
    return versions;
  }
}
