package dev.perennial.conformance.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.scenario.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the observations that a client reports. */
final class RemoteObservations {
  private static final List<String> KINDS =
      List.of("opened", "event", "gap", "stored", "completed", "failed");

  private RemoteObservations() {}

  /** Returns the calls to make on a report, in order; refuses the whole list if one is wrong. */
  static List<Consumer<ClientReport>> of(String json) throws RefusedException {
    JsonNode list;
    try {
      list = new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw RefusedException.wrong("the body", "JSON", Format.visible(json));
    }
    if (!list.isArray()) {
      throw RefusedException.wrong("the body", "a list of observations", Format.visible(json));
    }
    List<Consumer<ClientReport>> observations = new ArrayList<>();
    for (JsonNode node : list) {
      observations.add(one(node));
    }
    return observations;
  }

  private static Consumer<ClientReport> one(JsonNode node) throws RefusedException {
    return switch (node.path("kind").asText()) {
      case "opened" -> ClientReport::opened;
      case "event" -> event(node);
      case "gap" -> reporting(required(node, "detail"), ClientReport::gap);
      case "stored" -> reporting(required(node, "cursor"), ClientReport::cursorStored);
      case "completed" -> ClientReport::completed;
      case "failed" -> reporting(required(node, "reason"), ClientReport::failed);
      default ->
          throw RefusedException.wrong(
              "the kind of an observation", "one of " + KINDS, Format.visible(node.toString()));
    };
  }

  private static Consumer<ClientReport> event(JsonNode node) throws RefusedException {
    String id = optional(node, "id");
    String type = optional(node, "type");
    String data = required(node, "data");
    return report -> report.event(id, type, data);
  }

  private static Consumer<ClientReport> reporting(
      String text, BiConsumer<? super ClientReport, String> method) {
    return report -> method.accept(report, text);
  }

  private static String required(JsonNode node, String field) throws RefusedException {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw RefusedException.wrong(
          field, "a string in an observation of its kind", Format.visible(node.toString()));
    }
    return value.textValue();
  }

  private static @Nullable String optional(JsonNode node, String field) throws RefusedException {
    return node.path(field).isMissingNode() || node.path(field).isNull()
        ? null
        : required(node, field);
  }
}
