"""One engine in a process of its own, told what to do on standard input.

    python engines.py pytorch|onnxruntime|openvino FOLDER THREADS

Reads one JSON request a line and answers each with one line of JSON:

    {"network": N, "variant": V, "options": O, "seconds": S}   -> {"rate": images per second}
    {"network": N, "variant": V, "options": O, "logits": FILE} -> {"rate": null}, logits in FILE

Models stay loaded. Errors are answered with {"error": text}.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import numpy as np

Options = dict[str, Any]


class Session(ABC):
    """A network made ready to run on one batch."""

    def __init__(self, images: np.ndarray) -> None:
        self.images = images

    @abstractmethod
    def logits(self) -> np.ndarray:
        """What the network makes of the batch."""

    def run(self, seconds: float) -> int:
        """Batches run one after the other within the time."""
        end, batches = time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            self.logits()
            batches += 1
        return batches

    def rate(self, seconds: float) -> float:
        """Images per second, after a warm-up."""
        self.run(min(0.3, seconds / 4))
        start = time.perf_counter()
        batches = self.run(seconds)
        return batches * len(self.images) / (time.perf_counter() - start)


class PyTorch(Session):
    """Eager mode, channels last."""

    def __init__(self, folder: Path, name: tuple[str, str], options: Options, threads: int) -> None:
        import torch
        from networks import load

        super().__init__(np.load(folder / "images.npy")[: options["batch"]])
        torch.set_num_threads(threads)
        self.torch = torch
        self.model = load(folder, *name).to(memory_format=torch.channels_last)
        self.tensor = torch.from_numpy(self.images).to(memory_format=torch.channels_last)

    def logits(self) -> np.ndarray:
        with self.torch.inference_mode():
            return self.model(self.tensor).numpy()


class OnnxRuntime(Session):
    """One session with all threads, or one for each thread."""

    def __init__(self, folder: Path, name: tuple[str, str], options: Options, threads: int) -> None:
        import onnxruntime

        super().__init__(np.load(folder / "images.npy")[: options["batch"]])
        path = folder / f"{'.'.join(name)}.{options['batch']}.onnx"
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = threads // options["sessions"]
        settings.log_severity_level = 3
        self.sessions = [
            onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
            for _ in range(options["sessions"])
        ]

    def logits(self) -> np.ndarray:
        return self.sessions[0].run(None, {"images": self.images})[0]

    def run(self, seconds: float) -> int:
        if len(self.sessions) == 1:
            return super().run(seconds)
        end, batches = time.perf_counter() + seconds, [0] * len(self.sessions)

        def work(index: int) -> None:
            while time.perf_counter() < end:
                self.sessions[index].run(None, {"images": self.images})
                batches[index] += 1

        threads = [threading.Thread(target=work, args=(i,)) for i in range(len(self.sessions))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(batches)


class OpenVino(Session):
    """32-bit floats; as many requests at once as OpenVINO recommends for the hint."""

    def __init__(self, folder: Path, name: tuple[str, str], options: Options, threads: int) -> None:
        import openvino

        super().__init__(np.load(folder / "images.npy")[: options["batch"]])
        core = openvino.Core()
        model = core.read_model(folder / f"{'.'.join(name)}.{options['batch']}.onnx")
        settings = {
            "PERFORMANCE_HINT": options["hint"],
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": threads,
        }
        self.compiled = core.compile_model(model, "CPU", settings)
        requests = self.compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
        self.queue = openvino.AsyncInferQueue(self.compiled, requests)

    def logits(self) -> np.ndarray:
        return next(iter(self.compiled([self.images]).values()))

    def run(self, seconds: float) -> int:
        end, batches = time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            self.queue.start_async([self.images], share_inputs=True)
            batches += 1
        self.queue.wait_all()
        return batches


ENGINES = {"pytorch": PyTorch, "onnxruntime": OnnxRuntime, "openvino": OpenVino}


def main() -> None:
    """Answers requests until standard input ends."""
    engine, folder, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    # Libraries may print what they like: it goes to standard error.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sessions: dict[str, Session] = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            name = (request["network"], request["variant"])
            key = json.dumps([name, request["options"]])
            if key not in sessions:
                sessions[key] = ENGINES[engine](folder, name, request["options"], threads)
            rate = None
            if "logits" in request:
                np.save(request["logits"], sessions[key].logits())
            else:
                rate = sessions[key].rate(request["seconds"])
            answer: Options = {"rate": rate}
        except Exception as error:  # noqa: BLE001 (the parent tells the user)
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
