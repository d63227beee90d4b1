package dev.perennial.cli.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in a line or two what is wrong with a command line, and where to read on. */
public final class UsageErrorHandler implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException refused, String[] args) {
    CommandLine command = refused.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    PrintWriter err = command.getErr();
    err.println(name + ": " + message(refused));
    List<String> suggestions = suggestions(refused);
    if (!suggestions.isEmpty()) {
      err.println("Did you mean " + String.join(" or ", suggestions) + "?");
    }
    err.println("Try '" + name + " --help'.");
    err.flush();
    return ExitCode.USAGE;
  }

  private static String message(ParameterException refused) {
    if (refused instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      boolean isCommand = !refused.getCommandLine().getSubcommands().isEmpty();
      String argument = unmatched.getUnmatched().get(0);
      return (isCommand ? "Unknown command: '" : "Unexpected argument: '") + argument + "'";
    }
    return String.valueOf(refused.getMessage());
  }

  private static List<String> suggestions(ParameterException refused) {
    if (!(refused instanceof UnmatchedArgumentException unmatched)) {
      return List.of();
    }
    if (unmatched.isUnknownOption()) {
      return unmatched.getSuggestions();
    }
    Set<String> commands = refused.getCommandLine().getSubcommands().keySet();
    List<String> similar = new ArrayList<>(commands);
    similar.removeIf(command -> edits(command, unmatched.getUnmatched().get(0)) > 2);
    return similar;
  }

  /** How many characters have to be put in, taken out or replaced (Levenshtein). */
  static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], row[j]));
      }
    }
    return row[to.length()];
  }
}
