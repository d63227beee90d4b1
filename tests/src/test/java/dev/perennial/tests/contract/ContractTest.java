package dev.perennial.tests.contract;

import dev.perennial.testkit.EventRecorder;
import org.junit.jupiter.api.Timeout;

/** All that every transport promises, over sockets. */
@Timeout(60)
abstract class ContractTest
    implements ResumeContract,
        GapContract,
        SilenceContract,
        ConsumerContract,
        ResponseContract,
        CallersClientContract {

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);

  @Override
  public EventRecorder<String> recorder() {
    return recorder;
  }
}
