package dev.perennial.cli.conformance;

import dev.perennial.cli.console.OptionValues;
import dev.perennial.subjects.Subjects;
import dev.perennial.testkit.conformance.ClientUnderTest;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select the clients to test. */
final class SubjectOptions {
  private static final String ALL = "all";

  @Option(
      names = "--subject",
      paramLabel = "<name>",
      split = ",",
      completionCandidates = Names.class,
      description = {
        "Client to test: one of ${COMPLETION-CANDIDATES}; 'all' for all of these; or the full name"
            + " of a class that implements ClientUnderTest and has a public constructor without"
            + " arguments. May be repeated. Default: perennial."
      })
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--class-path",
      paramLabel = "<path>",
      description = "Jars and folders with the class of --subject, as for java -cp.")
  private @Nullable String classPath;

  /** The names that the help lists. */
  private static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Subjects.names().iterator();
    }
  }

  /**
   * A selected client.
   *
   * @param option the value of {@code --subject} that selects it
   * @param client the client, which the caller closes
   * @param isNamed whether it was selected by its own name rather than by {@code all}
   */
  record Subject(String option, ClientUnderTest client, boolean isNamed) {

    /** Returns why it cannot run on this machine; null when it can. */
    @Nullable String unavailable() {
      return Subjects.unavailable(client);
    }
  }

  /**
   * Returns the selected clients, each once and in the order of the options; never empty.
   *
   * @throws picocli.CommandLine.ParameterException when an option is invalid
   */
  List<Subject> subjects(OptionValues values) {
    ClassLoader loader = loader(values);
    Set<String> selected = new LinkedHashSet<>(names.isEmpty() ? List.of("perennial") : names);
    if (selected.remove(ALL)) {
      selected.addAll(Subjects.names());
    }
    List<Subject> subjects = new ArrayList<>();
    for (String name : selected) {
      ClientUnderTest client = Subjects.named(name);
      subjects.add(
          new Subject(
              classPath == null || client != null ? name : name + " --class-path " + classPath,
              client == null ? ofClass(name, loader, values) : client,
              names.isEmpty() || names.contains(name)));
    }
    return subjects;
  }

  private ClassLoader loader(OptionValues values) {
    ClassLoader own = SubjectOptions.class.getClassLoader();
    if (classPath == null) {
      return own;
    }
    List<URL> urls = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (!Files.exists(path)) {
        throw values.invalid(
            "--class-path must name existing jars and folders" + OptionValues.butWas(entry));
      }
      try {
        urls.add(path.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new IllegalStateException("A file has a URL: " + path, e);
      }
    }
    // Stays open until the process ends, since the client may load classes at any time.
    return new URLClassLoader(urls.toArray(new URL[0]), own);
  }

  private static ClientUnderTest ofClass(String name, ClassLoader loader, OptionValues values) {
    try {
      Class<?> type = Class.forName(name, true, loader);
      if (!ClientUnderTest.class.isAssignableFrom(type)) {
        throw values.invalid(
            "--subject must be a class that implements "
                + ClientUnderTest.class.getName()
                + OptionValues.butWas(name));
      }
      return (ClientUnderTest) type.getConstructor().newInstance();
    } catch (ClassNotFoundException | LinkageError e) {
      throw values.invalid(unknown(name));
    } catch (InvocationTargetException e) {
      throw values.invalid("--subject " + name + " could not be created: " + e.getCause());
    } catch (ReflectiveOperationException e) {
      throw values.invalid(
          "--subject must be a public class with a public constructor without arguments"
              + OptionValues.butWas(name));
    }
  }

  private static String unknown(String name) {
    if (name.contains(".")) {
      return "--subject must be a class on the class path"
          + OptionValues.butWas(name)
          + "; --class-path adds jars and folders to it";
    }
    return "--subject must be all, "
        + String.join(", ", Subjects.names())
        + " or the full name of a class"
        + OptionValues.butWas(name);
  }
}
