package dev.perennial.published;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** A list of materials in the format of CycloneDX. */
record Sbom(JsonNode json) {
  static Sbom of(Artifact artifact) {
    return new Sbom(artifact.materials());
  }

  /** Version by {@code group:name}. */
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
