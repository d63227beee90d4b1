package dev.perennial.cli.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints what is wrong with the arguments, the likely correction, and how to get help. */
public final class UsageErrorHandler implements IParameterExceptionHandler {
  private static final int MAX_EDITS = 2;

  @Override
  public int handleParseException(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    PrintWriter err = command.getErr();
    err.println(name + ": " + message(error));
    List<String> suggestions = suggestions(error);
    if (!suggestions.isEmpty()) {
      err.println("Did you mean " + String.join(" or ", suggestions) + "?");
    }
    err.println("Try '" + name + " --help'.");
    err.flush();
    return ExitCode.USAGE;
  }

  private static String message(ParameterException error) {
    if (error instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      boolean isCommand = !error.getCommandLine().getSubcommands().isEmpty();
      String argument = unmatched.getUnmatched().get(0);
      return (isCommand ? "Unknown command: '" : "Unexpected argument: '") + argument + "'";
    }
    return String.valueOf(error.getMessage());
  }

  private static List<String> suggestions(ParameterException error) {
    if (!(error instanceof UnmatchedArgumentException unmatched)) {
      return List.of();
    }
    if (unmatched.isUnknownOption()) {
      return unmatched.getSuggestions();
    }
    Set<String> commands = error.getCommandLine().getSubcommands().keySet();
    String argument = unmatched.getUnmatched().get(0);
    List<String> similar = new ArrayList<>(commands);
    similar.removeIf(command -> levenshteinDistance(command, argument) > MAX_EDITS);
    return similar;
  }

  /** Counts the characters to insert, delete or replace. */
  static int levenshteinDistance(String from, String to) {
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
