package dev.perennial.sample;

import android.os.Handler;
import android.os.Looper;

/** Runs a task once for all requests that were made within one task of the main thread. */
final class Coalesced {
  private final Handler handler = new Handler(Looper.getMainLooper());
  private final Runnable task;
  private boolean isRequested;

  Coalesced(Runnable task) {
    this.task = task;
  }

  void request() {
    if (!isRequested) {
      isRequested = true;
      handler.post(this::run);
    }
  }

  private void run() {
    isRequested = false;
    task.run();
  }
}
