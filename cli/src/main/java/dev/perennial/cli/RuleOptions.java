package dev.perennial.cli;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.Rules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options that choose rules. */
final class RuleOptions {

  @Option(
      names = "--rule",
      paramLabel = "<id>",
      split = ",",
      description = "only this rule, such as resume-02 or 'sse-*'; may be given several times")
  private List<String> patterns = new ArrayList<>();

  @Option(
      names = "--area",
      paramLabel = "<label>",
      split = ",",
      description = "only the rules of this area, such as resume; may be given several times")
  private List<String> areas = new ArrayList<>();

  /** The rules, in their order; never none. */
  List<Rule> chosen(OptionValues values) {
    List<Rule> all = Rules.all();
    for (String area : areas) {
      if (Arrays.stream(Area.values()).noneMatch(one -> one.label().equals(area))) {
        throw values.refused("--area must be one of " + labels() + OptionValues.wasText(area));
      }
    }
    for (String pattern : patterns) {
      if (all.stream().noneMatch(matching(pattern))) {
        throw values.refused(
            "--rule must be the id of a rule, or a pattern such as 'sse-*' that fits one"
                + OptionValues.wasText(pattern)
                + "; 'perennial conformance list' shows the "
                + all.size());
      }
    }
    List<Rule> chosen =
        all.stream()
            .filter(rule -> areas.isEmpty() || areas.contains(rule.area().label()))
            .filter(
                rule ->
                    patterns.isEmpty()
                        || patterns.stream().anyMatch(one -> matching(one).test(rule)))
            .toList();
    if (chosen.isEmpty()) {
      throw values.refused(
          "--rule "
              + String.join(",", patterns)
              + " and --area "
              + String.join(",", areas)
              + " have no rule in common");
    }
    return chosen;
  }

  private static String labels() {
    return Arrays.stream(Area.values()).map(Area::label).collect(Collectors.joining(", "));
  }

  private static Predicate<Rule> matching(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char character = pattern.charAt(i);
      switch (character) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(String.valueOf(character)));
      }
    }
    Pattern compiled = Pattern.compile(regex.toString());
    return rule -> compiled.matcher(rule.id()).matches();
  }
}
