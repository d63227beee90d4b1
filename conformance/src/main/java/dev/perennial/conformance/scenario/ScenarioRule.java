package dev.perennial.conformance.scenario;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Level;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Rule;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A rule with the author of its scenarios, one for each transport. */
public final class ScenarioRule implements Rule {
  private final String id;
  private final Area area;
  private final String sentence;
  private final String source;
  private final Level level;
  private final Set<Protocol> protocols;
  private final Set<Capability> needs;
  private final Set<String> covers;
  private final Consumer<? super Scenario> author;

  private ScenarioRule(Draft draft, Consumer<? super Scenario> author) {
    this.id = draft.id;
    this.area = draft.area;
    this.sentence = draft.sentence;
    this.source = draft.source;
    this.level = draft.level;
    this.protocols = Set.copyOf(draft.protocols);
    this.needs = Set.copyOf(draft.needs);
    this.covers = Set.copyOf(draft.covers);
    this.author = author;
  }

  public static Draft named(String id, Area area, String sentence) {
    return new Draft(id, area, sentence);
  }

  /** Writes the scenario of a rule over one transport. */
  public static Scenario scenarioOf(Rule rule, Protocol protocol) {
    if (rule instanceof ScenarioRule own) {
      return own.scenario(protocol);
    }
    throw new IllegalArgumentException("rule must be one of the kit's but was " + rule);
  }

  private Scenario scenario(Protocol protocol) {
    Scenario scenario = new Scenario(protocol);
    author.accept(scenario);
    return scenario;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Area area() {
    return area;
  }

  @Override
  public String sentence() {
    return sentence;
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public Level level() {
    return level;
  }

  @Override
  public Set<Protocol> protocols() {
    return protocols;
  }

  @Override
  public Set<Capability> needs() {
    return needs;
  }

  @Override
  public Set<String> covers() {
    return covers;
  }

  @Override
  public List<String> describe(Protocol protocol) {
    return ScenarioText.of(scenario(protocol));
  }

  @Override
  public String toString() {
    return id + ": " + sentence;
  }

  /** A rule before its scenario is known. By default required, over all transports. */
  public static final class Draft {
    private final String id;
    private final Area area;
    private final String sentence;
    private String source = "decision of this project";
    private Level level = Level.REQUIRED;
    private Set<Protocol> protocols = EnumSet.allOf(Protocol.class);
    private Set<Capability> needs = Set.of();
    private Set<String> covers = Set.of();

    private Draft(String id, Area area, String sentence) {
      this.id = id;
      this.area = area;
      this.sentence = sentence;
    }

    public Draft source(String clause) {
      source = clause;
      return this;
    }

    public Draft optional() {
      level = Level.OPTIONAL;
      return this;
    }

    public Draft stochastic() {
      level = Level.STOCHASTIC;
      return this;
    }

    public Draft on(Protocol... these) {
      protocols = EnumSet.copyOf(List.of(these));
      return this;
    }

    public Draft needs(Capability... these) {
      needs = EnumSet.copyOf(List.of(these));
      return this;
    }

    public Draft covers(String... ids) {
      covers = new LinkedHashSet<>(List.of(ids));
      return this;
    }

    /** Completes the rule. */
    public Rule scenario(Consumer<? super Scenario> author) {
      return new ScenarioRule(this, author);
    }
  }
}
