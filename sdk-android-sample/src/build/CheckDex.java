import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks what {@code dexdump -d} prints of a shrunk app against a list of expectations. Names are those before R8; its mapping gives the names now. The list has one expectation per line, with the reason after a {@code #}:
 *
 * <pre>
 * class NAME              the class exists
 * named NAME              the class exists, under its own name
 * member NAME MEMBER TYPE a method or field that it declares, under its own name
 * string TEXT             the code has this string
 * calls METHOD            the code calls this method of the platform
 * only NAME uses TYPE     only that class, and what R8 extracted from it, uses the type
 * </pre>
 *
 * <p>Usage: {@code dexdump -d classes.dex | java CheckDex.java MAPPING EXPECTATIONS}
 */
final class CheckDex {
  private static final Pattern MAPPED = Pattern.compile("(\\S+) -> (\\S+):");
  private static final Pattern QUOTED = Pattern.compile("^ *(Class descriptor|name|type) +: '(.*)'$");
  private static final Pattern STRING = Pattern.compile("const-string(?:/jumbo)? v\\d+, \"(.*)\" // string@");
  private static final Pattern CALL = Pattern.compile("\\|[0-9a-f]+: invoke-.*}, (\\S+) // method@");
  private static final Pattern TYPE = Pattern.compile("L[\\w/$-]+;");

  private final Map<String, String> now = new HashMap<>(); // by the names before R8
  private final Map<String, String> before = new HashMap<>(); // by the names now
  private final Set<String> classes = new HashSet<>();
  private final Set<String> members = new HashSet<>(); // class, name and type
  private final Set<String> strings = new HashSet<>();
  private final Set<String> calls = new HashSet<>();
  private final Map<String, Set<String>> users = new HashMap<>(); // by type

  private CheckDex() {}

  public static void main(String[] args) throws IOException {
    CheckDex check = new CheckDex();
    check.readMapping(Files.readAllLines(Path.of(args[0])));
    List<String> expectations = Files.readAllLines(Path.of(args[1]));
    check.readDump(typesIn(expectations));
    int count = 0;
    List<String> failures = new ArrayList<>();
    for (String line : expectations) {
      String expectation = line.replaceFirst("\\s*#.*", "");
      if (!expectation.isBlank()) {
        count++;
        String failure = check.failure(expectation.split("\\s+"));
        if (failure != null) {
          failures.add(failure + ": " + line);
        }
      }
    }
    if (!failures.isEmpty()) {
      System.err.println("R8 removed what is needed:\n" + String.join("\n", failures));
      System.exit(1);
    }
    System.out.println("All " + count + " expectations are met by " + check.classes.size() + " classes");
  }

  private static Set<String> typesIn(List<String> expectations) {
    Set<String> types = new HashSet<>();
    for (String line : expectations) {
      if (line.startsWith("only ")) {
        types.add(line.split("\\s+")[3]);
      }
    }
    return types;
  }

  private void readMapping(List<String> lines) {
    for (String line : lines) {
      Matcher mapped = MAPPED.matcher(line);
      if (mapped.matches()) {
        now.put(mapped.group(1), mapped.group(2));
        before.put(mapped.group(2), mapped.group(1));
      }
    }
  }

  private void readDump(Set<String> types) throws IOException {
    BufferedReader dump = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String current = "";
    String name = "";
    for (String line = dump.readLine(); line != null; line = dump.readLine()) {
      Matcher string = STRING.matcher(line);
      if (string.find()) {
        strings.add(string.group(1));
        continue;
      }
      Matcher call = CALL.matcher(line);
      if (call.find()) {
        calls.add(call.group(1));
      }
      Matcher quoted = QUOTED.matcher(line);
      if (quoted.matches()) {
        switch (quoted.group(1)) {
          case "name" -> name = quoted.group(2);
          case "type" -> members.add(current + " " + name + " " + quoted.group(2));
          default -> {
            current = nameOf(quoted.group(2));
            classes.add(current);
          }
        }
      }
      Matcher used = TYPE.matcher(line);
      while (used.find()) {
        if (types.contains(used.group())) {
          users.computeIfAbsent(used.group(), type -> new TreeSet<>()).add(before.getOrDefault(current, current));
        }
      }
    }
  }

  private static String nameOf(String descriptor) {
    return descriptor.substring(1, descriptor.length() - 1).replace('/', '.');
  }

  private String renamed(String descriptor) {
    return TYPE.matcher(descriptor).replaceAll(type -> {
      String name = nameOf(type.group());
      return Matcher.quoteReplacement("L" + now.getOrDefault(name, name).replace('.', '/') + ";");
    });
  }

  /** Returns null if it is met. */
  private String failure(String[] words) {
    String name = now.getOrDefault(words[1], words[1]);
    return switch (words[0]) {
      case "class" -> classes.contains(name) ? null : "No class " + words[1];
      case "named" -> classes.contains(words[1]) ? null : "No class is named " + words[1];
      case "member" ->
          members.contains(name + " " + words[2] + " " + renamed(words[3])) ? null : "No " + words[2] + " in " + words[1];
      case "string" -> strings.contains(words[1]) ? null : "No string \"" + words[1] + "\"";
      case "calls" -> calls.contains(words[1]) ? null : "No call of " + words[1];
      case "only" -> {
        Set<String> others = new TreeSet<>(users.getOrDefault(words[3], Set.of()));
        boolean isUsed = others.removeIf(user -> user.equals(words[1]) || user.startsWith(words[1] + "$"));
        yield !isUsed ? words[1] + " does not use it" : others.isEmpty() ? null : "Also used by " + others;
      }
      default -> throw new IllegalArgumentException("Expected class, named, member, string, calls or only but was " + words[0]);
    };
  }
}
