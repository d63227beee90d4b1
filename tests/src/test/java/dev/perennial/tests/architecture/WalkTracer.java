package dev.perennial.tests.architecture;

import com.sun.jdi.AbsentInformationException;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.Location;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.StringReference;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.MethodEntryEvent;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.MethodEntryRequest;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Counts the source files that a walk through the SDK touches, by running {@link Walks} under a
 * debugger.
 *
 * <p>A file is touched when one of its methods is entered between the beginning and the end of the
 * walk, on any thread, or is on the stack at the beginning in a thread that then enters one: such a
 * method goes on when what it called returns. Constructors and lambdas are methods; static
 * initializers are not, since the program has made the walk once before. Nested classes belong to
 * the file that they are written in.
 */
final class WalkTracer {
  private static final String OURS = "dev.perennial.";
  private static final String TESTS = "dev.perennial.tests.";
  private static final int ACCEPT_MILLIS = 30_000;

  private final VirtualMachine vm;
  private final MethodEntryRequest entries;
  private final Map<String, SortedSet<String>> walks = new LinkedHashMap<>();

  // Of the walk that is under way.
  private String walk = "";
  private final Map<ThreadReference, List<String>> stacks = new HashMap<>();

  private WalkTracer(VirtualMachine vm) {
    this.vm = vm;
    ClassPrepareRequest marks = vm.eventRequestManager().createClassPrepareRequest();
    marks.addClassFilter(WalkMarks.class.getName());
    marks.setSuspendPolicy(EventRequest.SUSPEND_ALL);
    marks.enable();
    entries = vm.eventRequestManager().createMethodEntryRequest();
    entries.addClassFilter(OURS + "*");
    entries.addClassExclusionFilter(TESTS + "*");
    entries.setSuspendPolicy(EventRequest.SUSPEND_NONE);
  }

  /** Returns the files that each walk touches, by the walk's name. */
  static Map<String, SortedSet<String>> trace(Path folder)
      throws IOException, InterruptedException {
    ListeningConnector connector =
        Bootstrap.virtualMachineManager().listeningConnectors().stream()
            .filter(each -> each.name().equals("com.sun.jdi.SocketListen"))
            .findFirst()
            .orElseThrow();
    Map<String, Connector.Argument> arguments = connector.defaultArguments();
    arguments.get("localAddress").setValue("127.0.0.1");
    arguments.get("timeout").setValue(Integer.toString(ACCEPT_MILLIS));
    try {
      String address = connector.startListening(arguments);
      try {
        return trace(connector, arguments, address, folder);
      } finally {
        connector.stopListening(arguments);
      }
    } catch (IllegalConnectorArgumentsException | IncompatibleThreadStateException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, SortedSet<String>> trace(
      ListeningConnector connector,
      Map<String, Connector.Argument> arguments,
      String address,
      Path folder)
      throws IOException,
          InterruptedException,
          IllegalConnectorArgumentsException,
          IncompatibleThreadStateException {
    Path output = folder.resolve("walks.txt");
    String agent = "-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address=" + address;
    Process process =
        ChildJvm.process(List.of(agent), Walks.class, folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(output.toFile()))
            .start();
    try {
      WalkTracer tracer = new WalkTracer(connector.accept(arguments));
      tracer.follow();
      if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError("The walks failed: " + Files.readString(output));
      }
      return tracer.walks;
    } finally {
      process.destroyForcibly();
    }
  }

  private void follow() throws InterruptedException, IncompatibleThreadStateException {
    try {
      while (true) {
        EventSet events = vm.eventQueue().remove();
        for (Event event : events) {
          if (event instanceof VMDeathEvent || event instanceof VMDisconnectEvent) {
            return;
          }
          handle(event);
        }
        events.resume();
      }
    } catch (VMDisconnectedException e) {
      // The program has ended.
    }
  }

  private void handle(Event event) throws IncompatibleThreadStateException {
    if (event instanceof ClassPrepareEvent prepared) {
      for (Method mark : prepared.referenceType().methods()) {
        vm.eventRequestManager().createBreakpointRequest(mark.location()).enable();
      }
    } else if (event instanceof BreakpointEvent mark) {
      if (mark.location().method().name().equals("begin")) {
        begin(mark.thread());
      } else {
        entries.disable(); // The events of the walk came before this one.
      }
    } else if (event instanceof MethodEntryEvent entry) {
      touched(entry.thread(), entry.method());
    }
  }

  private void begin(ThreadReference marking) throws IncompatibleThreadStateException {
    walk = ((StringReference) marking.frame(0).getArgumentValues().get(0)).value();
    walks.put(walk, new TreeSet<>());
    stacks.clear();
    for (ThreadReference thread : vm.allThreads()) {
      List<String> files = new ArrayList<>();
      for (StackFrame frame : thread.frames()) {
        Location location = frame.location();
        String file = file(location.declaringType());
        if (file != null) {
          files.add(file);
        }
      }
      stacks.put(thread, files);
    }
    entries.enable();
  }

  private void touched(ThreadReference thread, Method method) {
    String file = file(method.declaringType());
    if (file == null || method.isStaticInitializer()) {
      return;
    }
    SortedSet<String> files = walks.get(walk);
    files.add(file);
    List<String> stack = stacks.remove(thread);
    if (stack != null) {
      files.addAll(stack);
    }
  }

  /**
   * The source file of a class of this project, as the qualified name of its top-level class; null
   * for other classes and for those that the JVM generates.
   */
  private static String file(ReferenceType type) {
    String name = type.name();
    if (!name.startsWith(OURS) || name.startsWith(TESTS) || name.contains("$$Lambda")) {
      return null;
    }
    try {
      String file = type.sourceName();
      return name.substring(0, name.lastIndexOf('.') + 1) + file.substring(0, file.indexOf('.'));
    } catch (AbsentInformationException e) {
      return null;
    }
  }
}
