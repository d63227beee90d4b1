package dev.perennial.cli.conformance;

import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.OptionValues;
import dev.perennial.testkit.conformance.Area;
import dev.perennial.testkit.conformance.Rule;
import dev.perennial.testkit.conformance.Rules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options that select rules. */
final class RuleOptions {

  @Option(
      names = "--rule",
      paramLabel = "<id>",
      split = ",",
      description =
          "Only rules with this id, such as resume-02 or 'sse-*'. May be repeated. Default: all.")
  private List<String> patterns = new ArrayList<>();

  @Option(
      names = "--area",
      paramLabel = "<label>",
      split = ",",
      completionCandidates = Labels.class,
      description =
          "Only rules of this area: ${COMPLETION-CANDIDATES}. May be repeated. Default: all.")
  private List<String> areas = new ArrayList<>();

  /**
   * Returns the selected rules in their order; never empty.
   *
   * @throws picocli.CommandLine.ParameterException when an option is invalid
   */
  List<Rule> rules(OptionValues values) {
    List<Rule> all = Rules.all();
    for (String area : areas) {
      if (!labels().contains(area)) {
        throw values.invalid(
            "--area must be one of " + String.join(", ", labels()) + OptionValues.butWas(area));
      }
    }
    for (String pattern : patterns) {
      if (all.stream().noneMatch(matching(pattern))) {
        throw values.invalid(
            "--rule must be the id of a rule, or a pattern such as 'sse-*' that matches one"
                + OptionValues.butWas(pattern)
                + "; 'perennial conformance list' lists all "
                + HumanFormat.count(all.size(), "rule", "rules"));
      }
    }
    List<Rule> selected = all.stream().filter(this::isSelected).toList();
    if (selected.isEmpty()) {
      throw values.invalid(
          "--rule "
              + String.join(",", patterns)
              + " and --area "
              + String.join(",", areas)
              + " have no rule in common");
    }
    return selected;
  }

  private boolean isSelected(Rule rule) {
    boolean isInArea = areas.isEmpty() || areas.contains(rule.area().label());
    boolean hasId =
        patterns.isEmpty() || patterns.stream().anyMatch(pattern -> matching(pattern).test(rule));
    return isInArea && hasId;
  }

  private static List<String> labels() {
    return Arrays.stream(Area.values()).map(Area::label).toList();
  }

  /** The labels that the help lists. */
  private static final class Labels implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return labels().iterator();
    }
  }

  /** Matches ids, with the wildcards {@code *} and {@code ?}. */
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
