#!/bin/bash
# One part of a run in each task of a Slurm array: MODEL, IMAGES, PARTS and SHARES come from the environment.
#
#   export MODEL=model.bin IMAGES=/data/imagenet/val PARTS=parts SHARES=64 RUN=run.dyviz
#   job=$(sbatch --parsable --array=0-$((SHARES - 1)) slurm-part.sh)
#   sbatch --dependency=afterok:"$job" slurm-merge.sh
#
# SHARES does not change when some tasks alone are submitted again (--array=3,17).
#
#SBATCH --job-name=dyviz-part
#SBATCH --cpus-per-task=16
#SBATCH --time=04:00:00
#SBATCH --signal=USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
set -u
part="$PARTS/$SLURM_ARRAY_TASK_ID.part"
mkdir -p "$PARTS"

# The same line the first time and every other: it goes on with what the last one saved.
srun dyviz stats "$MODEL" "$IMAGES" --shard "$SLURM_ARRAY_TASK_ID/$SHARES" \
  --instruction-set "${INSTRUCTION_SET:-avx2}" --threads "$SLURM_CPUS_PER_TASK" --resume "$part" ${EVERY:+--every "$EVERY"}
status=$?

# 75: the time was nearly over (USR1), or the node is wanted (TERM), and the part is saved as far as it is.
if [ "$status" = 75 ]; then
  exec scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$status"
