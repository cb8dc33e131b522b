"""One engine in a process of its own, told what to do on standard input.

    python engines.py pytorch|torch.compile|onnxruntime|openvino|ncnn FOLDER THREADS

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
from tempfile import TemporaryDirectory
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


class CompiledPyTorch(PyTorch):
    """What torch.compile makes of it, weights frozen into the code."""

    def __init__(self, folder: Path, name: tuple[str, str], options: Options, threads: int) -> None:
        from torch._inductor import config

        super().__init__(folder, name, options, threads)
        config.freezing = True
        self.model = self.torch.compile(self.model, dynamic=False)


class ManySessions(Session):
    """One session with all threads, or one for each thread."""

    sessions: list[Any]

    @abstractmethod
    def pass_batch(self, session: Any) -> np.ndarray:
        """The batch's logits."""

    def logits(self) -> np.ndarray:
        return self.pass_batch(self.sessions[0])

    def run(self, seconds: float) -> int:
        if len(self.sessions) == 1:
            return super().run(seconds)
        end, batches = time.perf_counter() + seconds, [0] * len(self.sessions)

        def work(index: int) -> None:
            while time.perf_counter() < end:
                self.pass_batch(self.sessions[index])
                batches[index] += 1

        threads = [threading.Thread(target=work, args=(i,)) for i in range(len(self.sessions))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(batches)


class OnnxRuntime(ManySessions):
    """All optimisations of the graph."""

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

    def pass_batch(self, session: Any) -> np.ndarray:
        return session.run(None, {"images": self.images})[0]


class Ncnn(ManySessions):
    """One image at a time, 32-bit floats; converted from PyTorch by pnnx."""

    def __init__(self, folder: Path, name: tuple[str, str], options: Options, threads: int) -> None:
        import ncnn

        super().__init__(np.load(folder / "images.npy")[: options["batch"]])
        self.ncnn = ncnn
        param, weights = self.convert(folder, name)
        # A copy: ncnn's memory is aligned.
        self.image = ncnn.Mat(self.images[0]).clone()
        self.sessions = [ncnn.Net() for _ in range(options["sessions"])]
        for net in self.sessions:
            net.opt.num_threads = threads // options["sessions"]
            net.opt.use_bf16_storage = False
            if net.load_param(str(param)) != 0 or net.load_model(str(weights)) != 0:
                raise ValueError(f"{param}: ncnn cannot load what pnnx made")

    def convert(self, folder: Path, name: tuple[str, str]) -> tuple[Path, Path]:
        """ncnn's two files, made where they are older than the weights."""
        stem = folder / ".".join(name)
        made = [stem.with_name(f"{stem.name}.ncnn.{kind}") for kind in ("param", "bin")]
        source = stem.with_name(f"{stem.name}.pt")
        if not all(path.exists() and path.stat().st_mtime > source.stat().st_mtime for path in made):
            import pnnx
            import torch
            from networks import load

            images = torch.from_numpy(self.images[:1])
            with TemporaryDirectory(dir=folder) as place:
                files = {
                    f"{tool}{kind}": f"{place}/{tool}.{kind}"
                    for tool in ("pnnx", "ncnn")
                    for kind in ("param", "bin", "py")
                }
                files["pnnxonnx"] = f"{place}/pnnx.onnx"
                pnnx.export(load(folder, *name), f"{place}/traced.pt", (images,), fp16=False, **files)
                for path, kind in zip(made, ("param", "bin"), strict=True):
                    Path(files[f"ncnn{kind}"]).replace(path)
        return made[0], made[1]

    def pass_batch(self, session: Any) -> np.ndarray:
        extractor = session.create_extractor()
        extractor.input("in0", self.image)
        status, found = extractor.extract("out0")
        if status != 0:
            raise ValueError(f"ncnn's extract gave status {status}, expected 0")
        return np.array(found).reshape(1, -1)


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


ENGINES = {
    "pytorch": PyTorch,
    "torch.compile": CompiledPyTorch,
    "onnxruntime": OnnxRuntime,
    "openvino": OpenVino,
    "ncnn": Ncnn,
}


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
