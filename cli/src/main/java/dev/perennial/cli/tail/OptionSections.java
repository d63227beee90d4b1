package dev.perennial.cli.tail;

import java.lang.reflect.Member;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.IParamLabelRenderer;
import picocli.CommandLine.Help.Layout;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Renders the options of the help in sections, one for each class that declares options. Argument
 * groups of picocli have headings too, but accept an option twice that may be given only once.
 */
final class OptionSections implements IHelpSectionRenderer {

  /** The options that a class declares. */
  private record Section(String heading, Class<?> type) {}

  private final List<Section> sections = new ArrayList<>();

  /** Adds a section after those added before. Options of other classes come first of all. */
  OptionSections section(String heading, Class<?> type) {
    sections.add(new Section(heading, type));
    return this;
  }

  @Override
  public String render(Help help) {
    StringBuilder text = new StringBuilder();
    List<OptionSpec> others = new ArrayList<>(help.commandSpec().options());
    sections.forEach(section -> others.removeIf(option -> isIn(section, option)));
    append(others, help, text);
    for (Section section : sections) {
      text.append(System.lineSeparator()).append(section.heading()).append(System.lineSeparator());
      List<OptionSpec> options =
          help.commandSpec().options().stream().filter(option -> isIn(section, option)).toList();
      append(options, help, text);
    }
    return text.toString();
  }

  private static boolean isIn(Section section, OptionSpec option) {
    return option.userObject() instanceof Member member
        && member.getDeclaringClass() == section.type();
  }

  /** All sections have the columns that fit the options of the whole command. */
  private static void append(List<OptionSpec> options, Help help, StringBuilder text) {
    IParamLabelRenderer labels = help.createDefaultParamLabelRenderer();
    Layout layout =
        help.createDefaultLayout(
            help.commandSpec().options(),
            help.commandSpec().positionalParameters(),
            help.colorScheme());
    layout.addOptions(options, labels);
    text.append(layout);
  }
}
