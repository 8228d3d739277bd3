/** A real Slurm on this machine: munge, a controller and two node daemons, in a folder of their own. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

/** Why no Slurm can be started here; null where it can. */
export function whyNoSlurm(): string | null {
  if (process.platform !== "linux") return "Slurm runs on Linux";
  if (process.getuid?.() !== 0) return "the daemons need root";
  const missing = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol"].filter((name) => spawnSync("which", [name]).status !== 0);
  return missing.length > 0 ? `not installed: ${missing.join(", ")} (apt-get install slurm-wlm munge)` : null;
}

export interface SlurmCluster {
  readonly folder: string;
  /** For every command that is to find this cluster. */
  readonly env: NodeJS.ProcessEnv;
  readonly nodes: readonly string[];
  run(command: string, ...args: string[]): string;
  /** Kills a node's daemon and these processes of its jobs with what Slurm keeps over them: a node without power. */
  killNode(node: string, processes: readonly number[]): void;
  startNode(node: string): void;
  dispose(): void;
}

const nodes = ["n1", "n2"] as const;

export async function startSlurm(): Promise<SlurmCluster> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-slurm-"));
  fs.chmodSync(folder, 0o755);
  for (const name of ["state", "log", ...nodes.map((node) => `spool/${node}`)]) fs.mkdirSync(path.join(folder, name), { recursive: true });
  const at = (name: string) => path.join(folder, name);
  fs.writeFileSync(at("munge.key"), randomBytes(1024), { mode: 0o600 });
  fs.writeFileSync(at("slurm.conf"), await configuration(folder));
  const env = { ...process.env, SLURM_CONF: at("slurm.conf") };
  const run = (command: string, ...args: string[]) => execFileSync(command, args, { env, encoding: "utf8" });
  const pidOf = (name: string) => Number(fs.readFileSync(at(`${name}.pid`), "utf8"));
  const kill = (name: string, signal: NodeJS.Signals) => {
    try {
      process.kill(pidOf(name), signal);
    } catch {
      // it is gone
    }
  };
  run("munged", "--force", `--socket=${at("munge.socket")}`, `--key-file=${at("munge.key")}`, `--pid-file=${at("munged.pid")}`, `--log-file=${at("log/munged.log")}`, `--seed-file=${at("munge.seed")}`);
  run("slurmctld");
  const cluster: SlurmCluster = {
    folder, env, nodes, run,
    startNode: (node) => void run("slurmd", "-N", node),
    killNode(node, processes) {
      const overseers = processes.map(parentOf);
      kill(`slurmd-${node}`, "SIGKILL");
      for (const pid of [...overseers, ...processes]) {
        try {
          if (pid > 1) process.kill(pid, "SIGKILL");
        } catch {
          // it is gone
        }
      }
    },
    dispose() {
      spawnSync("scancel", ["--user=root", "--quiet"], { env });
      for (const node of nodes) kill(`slurmd-${node}`, "SIGKILL");
      for (const name of ["slurmctld", "munged"]) kill(name, "SIGKILL");
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
  for (const node of nodes) cluster.startNode(node);
  return cluster;
}

/** A process' parent; 0 where it is gone. */
function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

async function configuration(folder: string): Promise<string> {
  const host = os.hostname().split(".")[0];
  const [controller, ...ports] = await freePorts(1 + nodes.length);
  return `${[
    "ClusterName=descent", `SlurmctldHost=${host}(127.0.0.1)`, "SlurmUser=root", `SlurmctldPort=${controller}`,
    "AuthType=auth/munge", `AuthInfo=socket=${folder}/munge.socket`, "CredType=cred/munge", "MpiDefault=none", "SwitchType=switch/none",
    "ProctrackType=proctrack/pgid", "TaskPlugin=task/none", "ReturnToService=2",
    `SlurmctldPidFile=${folder}/slurmctld.pid`, `SlurmdPidFile=${folder}/slurmd-%n.pid`, `SlurmdSpoolDir=${folder}/spool/%n`, `StateSaveLocation=${folder}/state`,
    `SlurmctldLogFile=${folder}/log/slurmctld.log`, `SlurmdLogFile=${folder}/log/%n.log`,
    "SlurmdTimeout=6", "SlurmctldTimeout=10", "KillWait=10", "MinJobAge=300", "SchedulerType=sched/backfill", "SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2",
    "SelectType=select/cons_tres", "SelectTypeParameters=CR_Core", "SlurmdParameters=config_overrides", "AccountingStorageType=accounting_storage/none", "JobAcctGatherType=jobacct_gather/none",
    ...nodes.map((node, i) => `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[i]} CPUs=2 State=UNKNOWN`),
    "PreemptType=preempt/partition_prio", "PreemptMode=REQUEUE",
    `PartitionName=main Nodes=${nodes.join(",")} Default=YES MaxTime=INFINITE State=UP PriorityTier=1`,
    `PartitionName=urgent Nodes=${nodes.join(",")} MaxTime=INFINITE State=UP PriorityTier=10`,
  ].join("\n")}\n`;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<net.Server>((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => resolve(server));
  })));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
