package dev.perennial.conformance.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.Rules;
import dev.perennial.conformance.scenario.Format;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request that begins a session.
 *
 * @param name the client's name in reports
 * @param protocols the transports that the client speaks
 * @param capabilities what the client can do
 * @param rules patterns of ids; a rule is run when one of them matches
 * @param seed for the order of the rules
 * @param speed how many times faster than the scenarios' own time
 * @param atOnce how many scenarios may run at once
 */
public record SessionRequest(
    String name,
    Set<Protocol> protocols,
    Set<Capability> capabilities,
    List<Pattern> rules,
    long seed,
    double speed,
    int atOnce) {
  private static final List<String> FIELDS =
      List.of("name", "transports", "capabilities", "rules", "seed", "speed", "atOnce");
  private static final int LONGEST_NAME = 100;
  private static final int MOST_AT_ONCE = 64;

  static SessionRequest of(String json) throws RefusedException {
    JsonNode node = object(json);
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String field = names.next();
      if (!FIELDS.contains(field)) {
        throw RefusedException.wrong("a field of a session", "one of " + FIELDS, field);
      }
    }
    return new SessionRequest(
        name(node.path("name")),
        protocols(node.path("transports")),
        capabilities(node.path("capabilities")),
        rules(node.path("rules")),
        seed(node.path("seed")),
        speed(node.path("speed")),
        atOnce(node.path("atOnce")));
  }

  boolean wants(Rule rule) {
    return rules.stream().anyMatch(pattern -> pattern.matcher(rule.id()).matches());
  }

  private static JsonNode object(String json) throws RefusedException {
    JsonNode node;
    try {
      node = new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw RefusedException.wrong("the body", "JSON", Format.visible(json));
    }
    if (!node.isObject()) {
      throw RefusedException.wrong("the body", "a JSON object", Format.visible(json));
    }
    return node;
  }

  private static String name(JsonNode node) throws RefusedException {
    if (!node.isTextual() || node.textValue().isBlank()) {
      throw RefusedException.wrong("name", "a string that is not blank", shown(node));
    }
    if (node.textValue().length() > LONGEST_NAME) {
      throw RefusedException.wrong("name", "at most 100 characters", node.textValue().length());
    }
    return node.textValue();
  }

  private static Set<Protocol> protocols(JsonNode node) throws RefusedException {
    List<Protocol> named = all("transports", node, Protocol::ofLabel);
    if (named.isEmpty()) {
      throw RefusedException.wrong("transports", "a list of at least one", shown(node));
    }
    return EnumSet.copyOf(named);
  }

  private static Set<Capability> capabilities(JsonNode node) throws RefusedException {
    Set<Capability> claimed = EnumSet.noneOf(Capability.class);
    claimed.addAll(all("capabilities", node, Capability::ofLabel));
    String refusal = refusal(claimed);
    if (refusal != null) {
      throw new RefusedException(400, refusal);
    }
    return claimed;
  }

  /** Returns why these capabilities cannot be tested over HTTP; null when they can. */
  public static @Nullable String refusal(Set<Capability> claimed) {
    return claimed.contains(Capability.WAITS_FOR_CONSUMER)
        ? "capabilities must be ones that can be tested over HTTP but was waits-for-consumer: the"
            + " kit cannot block a consumer in another process"
        : null;
  }

  private static List<Pattern> rules(JsonNode node) throws RefusedException {
    List<String> globs = node.isMissingNode() ? List.of("*") : all("rules", node, text -> text);
    List<Pattern> patterns = new ArrayList<>();
    for (String glob : globs) {
      Pattern pattern = Pattern.compile(Pattern.quote(glob).replace("*", "\\E.*\\Q"));
      if (Rules.all().stream().noneMatch(rule -> pattern.matcher(rule.id()).matches())) {
        throw RefusedException.wrong(
            "rules", "ids of rules, where * stands for anything,", glob + ", which matches none");
      }
      patterns.add(pattern);
    }
    if (patterns.isEmpty()) {
      throw RefusedException.wrong("rules", "a list of at least one", shown(node));
    }
    return patterns;
  }

  private static long seed(JsonNode node) throws RefusedException {
    if (node.isMissingNode()) {
      return new Random().nextInt(1_000_000_000);
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw RefusedException.wrong("seed", "a whole number", shown(node));
    }
    return node.longValue();
  }

  private static double speed(JsonNode node) throws RefusedException {
    if (node.isMissingNode()) {
      return 20;
    }
    double speed = node.doubleValue();
    if (!node.isNumber() || !(speed > 0 && speed <= 1_000)) {
      throw RefusedException.wrong("speed", "a number above 0 and up to 1000", shown(node));
    }
    return speed;
  }

  private static int atOnce(JsonNode node) throws RefusedException {
    if (node.isMissingNode()) {
      return 1;
    }
    if (!node.isIntegralNumber() || node.intValue() < 1 || node.intValue() > MOST_AT_ONCE) {
      throw RefusedException.wrong("atOnce", "a whole number from 1 to 64", shown(node));
    }
    return node.intValue();
  }

  /** Reads the elements of a list of strings; an absent list is empty. */
  private static <T> List<T> all(String field, JsonNode node, Function<String, T> reader)
      throws RefusedException {
    if (!node.isMissingNode() && !node.isArray()) {
      throw RefusedException.wrong(field, "a list of strings", shown(node));
    }
    List<T> all = new ArrayList<>();
    for (JsonNode element : node) {
      if (!element.isTextual()) {
        throw RefusedException.wrong(field, "a list of strings", shown(node));
      }
      try {
        all.add(reader.apply(element.textValue()));
      } catch (IllegalArgumentException e) {
        throw new RefusedException(400, field + ": " + e.getMessage());
      }
    }
    return all;
  }

  private static String shown(JsonNode node) {
    return node.isMissingNode() ? "absent" : Format.visible(node.toString());
  }
}
