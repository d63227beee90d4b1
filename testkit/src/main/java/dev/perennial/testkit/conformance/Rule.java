package dev.perennial.testkit.conformance;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One thing that a client has to do, and the scenario that shows whether it does. Immutable.
 *
 * @since 0.1.0
 */
public final class Rule {
  private final String id;
  private final Area area;
  private final String sentence;
  private final String source;
  private final Level level;
  private final Set<Protocol> protocols;
  private final Set<Capability> needs;
  private final Set<String> covers;
  private final Consumer<? super Scenario> author;

  private Rule(Draft draft, Consumer<? super Scenario> author) {
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

  static Draft named(String id, Area area, String sentence) {
    return new Draft(id, area, sentence);
  }

  /** The id, such as {@code resume-02}. */
  public String id() {
    return id;
  }

  /** The room that it is kept in. */
  public Area area() {
    return area;
  }

  /** What it says, in one sentence. */
  public String sentence() {
    return sentence;
  }

  /** Where it comes from: a clause of a specification, or a decision of this project. */
  public String source() {
    return source;
  }

  /** How much it weighs. */
  public Level level() {
    return level;
  }

  /** The transports that it is about. */
  public Set<Protocol> protocols() {
    return protocols;
  }

  /** What a client must be able to do for the rule to apply to it. */
  public Set<Capability> needs() {
    return needs;
  }

  /** The promises, rows and faults that it stands for, by their ids. */
  public Set<String> covers() {
    return covers;
  }

  /** What the server does, and what has to be seen, for people. */
  public List<String> words(Protocol protocol) {
    return ScenarioWords.of(scenario(protocol));
  }

  /** The scenario over one transport. */
  Scenario scenario(Protocol protocol) {
    Scenario scenario = new Scenario(protocol);
    author.accept(scenario);
    return scenario;
  }

  @Override
  public String toString() {
    return id + ": " + sentence;
  }

  /** A rule while it is written. */
  static final class Draft {
    private final String id;
    private final Area area;
    private final String sentence;
    private String source = "the project's own";
    private Level level = Level.REQUIRED;
    private Set<Protocol> protocols = EnumSet.allOf(Protocol.class);
    private Set<Capability> needs = Set.of();
    private Set<String> covers = Set.of();

    private Draft(String id, Area area, String sentence) {
      this.id = id;
      this.area = area;
      this.sentence = sentence;
    }

    Draft source(String clause) {
      source = clause;
      return this;
    }

    Draft optional() {
      level = Level.OPTIONAL;
      return this;
    }

    Draft stochastic() {
      level = Level.STOCHASTIC;
      return this;
    }

    Draft on(Protocol... these) {
      protocols = EnumSet.copyOf(List.of(these));
      return this;
    }

    Draft needs(Capability... these) {
      needs = EnumSet.copyOf(List.of(these));
      return this;
    }

    Draft covers(String... ids) {
      covers = new LinkedHashSet<>(List.of(ids));
      return this;
    }

    Rule scenario(Consumer<? super Scenario> author) {
      return new Rule(this, author);
    }
  }
}
