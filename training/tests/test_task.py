"""The sample's task: photographs, composed images and the files in sample-images/."""

from __future__ import annotations

import hashlib
from importlib.metadata import distribution
from pathlib import Path

import numpy
import photographs
import pytest
import torch
from conftest import ROOT
from fashion_mnist import DEFAULT_FOLDER
from fashion_on_photographs import CLASSES, Composer, epoch_batches, validation_set
from make_sample_images import PER_CLASS, write_images
from photographs import Photographs
from PIL import Image
from recipe import Task
from torch import Tensor

AS_IT_IS = Task(item_scales=(0.8, 0.8), item_turn=0, item_shift=0, mixed_share=0, gain=(1, 1), offset=(0, 0))
"""The item in the middle, the ground in its own colours, though in any order."""


def seeded(seed: int = 0) -> torch.Generator:
    """A generator."""
    return torch.Generator().manual_seed(seed)


def made_of(*pictures: Tensor) -> Photographs:
    """Photographs of these pictures, uint8 [H, W, 3], at one scale."""
    rows = [torch.cat([one, torch.full_like(one[..., :1], 255)], dim=2).view(torch.int32).flatten() for one in pictures]
    counts = torch.tensor([len(one) for one in rows])
    heights, widths = (torch.tensor([one.shape[axis] for one in pictures]) for axis in (0, 1))
    return Photographs(torch.cat(rows), counts.cumsum(0) - counts, heights, widths)


def one_colour(*colour: int) -> Photographs:
    """A picture of one colour."""
    return made_of(torch.tensor(colour, dtype=torch.uint8).expand(70, 70, 3).contiguous())


def noise(shape: tuple[int, ...], seed: int = 0) -> Tensor:
    """Random bytes."""
    return torch.randint(256, shape, dtype=torch.uint8, generator=seeded(seed))


def test_photographs_of_validation_are_not_trained_on() -> None:
    """Neither by name nor by content."""
    digests = []
    for names in (photographs.TRAINING, photographs.VALIDATION):
        places = [(distribution(package), f"{folder}/{name}") for name, (package, folder) in names.items()]
        contents = [Path(wheel.locate_file(path)).read_bytes() for wheel, path in places]
        digests.append({hashlib.sha256(content).hexdigest() for content in contents})
    assert (len(digests[0]), len(digests[1])) == (8, 4)
    assert not digests[0] & digests[1]
    assert not photographs.TRAINING.keys() & photographs.VALIDATION.keys()


def test_readme_lists_every_photograph_with_its_use() -> None:
    """A row for each, in sample-images/README.md."""
    lines = (ROOT / "sample-images/README.md").read_text().splitlines()
    for use, names in (("training", photographs.TRAINING), ("validation", photographs.VALIDATION)):
        for name in names:
            (row,) = [line for line in lines if line.startswith(f"| `{name}` |")]
            assert row.split("|")[2].strip() == use


def test_patches_lie_within_their_photograph() -> None:
    """Every pixel tells its row, column and picture: patches are whole squares of one, at every place and turn."""
    side, sizes = 8, [(12, 20), (8, 8), (9, 31)]
    pictures = []
    for index, (height, width) in enumerate(sizes):
        rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        pictures.append(torch.stack([rows, columns, torch.full_like(rows, index)], dim=2).to(torch.uint8))
    patches = made_of(*pictures).patches(3000, side, seeded()).view(-1, side, side, 4).int()
    assert (patches[..., 3] == 255).all()
    turns = set()
    for index, (height, width) in enumerate(sizes):
        own = patches[patches[:, 0, 0, 2] == index]
        assert (own[..., 2] == index).all()
        for patch in own:
            transposed = bool(patch[0, 0, 0] != patch[0, 1, 0])
            rows, columns = (patch.transpose(0, 1) if transposed else patch)[..., :2].unbind(2)
            down, across = rows[1, 0] - rows[0, 0], columns[0, 1] - columns[0, 0]
            assert torch.equal(rows, (rows[0, 0] + down * torch.arange(side))[:, None].expand(side, side))
            assert torch.equal(columns, (columns[0, 0] + across * torch.arange(side))[None].expand(side, side))
            turns.add((transposed, int(down), int(across)))
        extent = [[int(own[..., axis].min()), int(own[..., axis].max())] for axis in (0, 1)]
        assert extent == [[0, height - 1], [0, width - 1]]
    assert turns == {(t, d, a) for t in (False, True) for d in (-1, 1) for a in (-1, 1)}


def test_without_an_item_there_is_the_ground() -> None:
    """In the photograph's colours, permuted."""
    composer = Composer(one_colour(10, 100, 250), AS_IT_IS)
    images = composer.compose(torch.zeros(20, 28, 28, dtype=torch.uint8), seeded())
    assert (images == images[:, :1, :1]).all()
    assert (images[:, 0, 0].sort(dim=1).values == torch.tensor([10, 100, 250])).all()
    assert len(images[:, 0, 0].unique(dim=0)) == 6


@pytest.mark.parametrize("ground", [0, 77, 255])
def test_a_full_item_inverts_the_ground(ground: int) -> None:
    """Inside the item; outside the ground stays."""
    composer = Composer(one_colour(ground, ground, ground), AS_IT_IS)
    images = composer.compose(torch.full((5, 28, 28), 255, dtype=torch.uint8), seeded())
    assert (images[:, 16:48, 16:48] == 255 - ground).all()
    assert (images[:, 0] == ground).all() and (images[:, :, -1] == ground).all()


def test_an_image_is_the_difference_of_photograph_and_item() -> None:
    """The item alone, the ground alone and both, by one seed; each is rounded, so 1 apart at most."""
    items, picture, task = noise((30, 28, 28)), noise((80, 90, 3)), Task(gain=(1, 1), offset=(0, 0))
    black = torch.zeros_like(picture)
    item, ground, both = (
        Composer(made_of(one), task).compose(shown, seeded(3)).int()
        for one, shown in ((black, items), (picture, torch.zeros_like(items)), (picture, items))
    )
    assert ((ground - item).abs() - both).abs().max() <= 1
    assert both.min() == 0 and both.max() > 200


def test_composing_follows_from_the_seed_alone() -> None:
    """The same images twice, other images by another seed, whatever was drawn before."""
    composer, items = Composer(made_of(noise((100, 80, 3)), noise((64, 64, 3)))), noise((10, 28, 28))
    first = composer.compose(items, seeded(5))
    torch.rand(7)
    assert torch.equal(first, composer.compose(items, seeded(5)))
    assert not torch.equal(first, composer.compose(items, seeded(6)))


def test_an_epoch_follows_from_its_seed_alone() -> None:
    """Images, and the order of the labels; an incomplete batch is left out."""
    composer, items, labels = Composer(made_of(noise((70, 70, 3)))), noise((21, 28, 28)), torch.arange(21)
    epochs = [list(epoch_batches(composer, items, labels, 4, seed)) for seed in (8, 8, 9)]
    assert [len(epoch) for epoch in epochs] == [5, 5, 5]
    for (images, wanted), (again, same) in zip(epochs[0], epochs[1], strict=True):
        assert torch.equal(images, again) and torch.equal(wanted, same)
    assert any(not torch.equal(one[1], other[1]) for one, other in zip(epochs[0], epochs[2], strict=True))


def test_the_first_validation_images_do_not_depend_on_how_many_are_asked_for() -> None:
    """Also where a batch is cut."""
    few, many = (validation_set(DEFAULT_FOLDER, count) for count in (30, 260))
    assert (len(few[0]), len(many[0])) == (30, 260)
    assert torch.equal(few[0], many[0][:30]) and torch.equal(few[1], many[1][:30])


def test_image_files_are_the_validation_images(tmp_path: Path) -> None:
    """The first of each class, in folders named by class, every value as composed."""
    count, size = write_images(DEFAULT_FOLDER, tmp_path, 2)
    files = sorted(tmp_path.rglob("*.png"))
    assert (count, len(files)) == (20, 20) and size == sum(path.stat().st_size for path in files)
    images, labels = validation_set(DEFAULT_FOLDER, 1 + max(int(path.stem) for path in files))
    for path in files:
        index = int(path.stem)
        assert path.parent.name == CLASSES[labels[index]]
        with Image.open(path) as image:
            assert (torch.from_numpy(numpy.array(image)).int() == images[index].int()).all()


def test_sample_images_are_what_the_script_makes(tmp_path: Path) -> None:
    """The same files; every value within 1, for another processor rounds differently."""
    count, _ = write_images(DEFAULT_FOLDER, tmp_path, PER_CLASS)
    assert count == 1000
    committed = ROOT / "sample-images"
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.png"))
    assert made == sorted(path.relative_to(committed) for path in committed.rglob("*.png"))
    for path in made:
        pictures = [Image.open(folder / path) for folder in (tmp_path, committed)]
        assert [(one.mode, one.size) for one in pictures] == [("RGB", (64, 64))] * 2, path
        values = [numpy.asarray(one).astype(int) for one in pictures]
        assert abs(values[0] - values[1]).max() <= 1, path
