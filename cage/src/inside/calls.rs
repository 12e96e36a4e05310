//! Which system calls are closed to the program: seccomp.
//!
//! A list of what is refused, not of what is allowed: the allocator, the threads and the C library of a system change
//! what they call with every release, and a program that dies of that is turned off by people. What landlock does not
//! know is here: calls that change a file by its path without opening it, other programs, and every kind of socket.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter,
};

type Fault = Box<dyn std::error::Error>;

/// Refused whatever is asked of them.
const CLOSED: &[i64] = &[
    // The network, and other programs by sockets.
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_recvmmsg,
    // Would do all of this past the filter.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Other programs.
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_kcmp,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_setpgid,
    libc::SYS_setsid,
    // Memory and queues that programs share.
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_msgget,
    libc::SYS_semget,
    libc::SYS_mq_open,
    libc::SYS_userfaultfd,
    // Files by their path, without opening them.
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    FCHMODAT2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    libc::SYS_inotify_init1,
    libc::SYS_fanotify_init,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_mknodat,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    // The system itself, for one who runs this as root.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_syslog,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_adjtimex,
    libc::SYS_clock_adjtime,
    libc::SYS_personality,
    libc::SYS_setuid,
    libc::SYS_setgid,
    libc::SYS_setreuid,
    libc::SYS_setregid,
    libc::SYS_setresuid,
    libc::SYS_setresgid,
    libc::SYS_setfsuid,
    libc::SYS_setfsgid,
    libc::SYS_setgroups,
    libc::SYS_capset,
];

/// Has this number on every processor; libc does not know it for all.
const FCHMODAT2: i64 = 452;

/// Those that have older twins on this processor, or that libc does not know for every other one. Limits are lowered
/// before, and root could raise them again.
#[cfg(target_arch = "x86_64")]
const OLDER: &[i64] = &[
    libc::SYS_fork,
    libc::SYS_vfork,
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
    libc::SYS_inotify_init,
    libc::SYS_mknod,
    libc::SYS_link,
    libc::SYS_symlink,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
    libc::SYS_kexec_file_load,
    libc::SYS_setrlimit,
];
/// `setrlimit` and `kexec_file_load`, as the kernel numbers them for all newer processors.
#[cfg(not(target_arch = "x86_64"))]
const OLDER: &[i64] = &[164, 294];

/// Closes them for this thread and all it starts.
pub(super) fn close() -> Result<(), Fault> {
    // glibc starts threads by the older call where this one says that it is not there; its flags lie in memory, where
    // no filter can look.
    let unknown = BTreeMap::from([(libc::SYS_clone3, vec![])]);
    apply(unknown, libc::ENOSYS)?;
    apply(refused()?, libc::EPERM)
}

fn refused() -> Result<BTreeMap<i64, Vec<SeccompRule>>, Fault> {
    let mut refused: BTreeMap<i64, Vec<SeccompRule>> =
        CLOSED.iter().chain(OLDER).map(|it| (*it, vec![])).collect();
    let thread = libc::CLONE_THREAD as u64;
    refused.insert(libc::SYS_clone, only_if(0, SeccompCmpOp::MaskedEq(thread), 0)?);
    // A program ends itself by a signal to its own threads.
    refused.insert(libc::SYS_tgkill, only_if(0, SeccompCmpOp::Ne, std::process::id().into())?);
    refused.insert(libc::SYS_prlimit64, only_if(2, SeccompCmpOp::Ne, 0)?);
    #[cfg(target_arch = "x86_64")]
    refused.append(&mut short_pointers(&refused));
    Ok(refused)
}

/// The same calls by another number: Linux may be built to run programs of x86-64 with short pointers.
#[cfg(target_arch = "x86_64")]
fn short_pointers(refused: &BTreeMap<i64, Vec<SeccompRule>>) -> BTreeMap<i64, Vec<SeccompRule>> {
    const SHORT: i64 = 0x4000_0000;
    // From 512 on are those it has twice, `execve` and `ptrace` among them; this program has no use for any.
    let twice = (512..=547).map(|it| (SHORT | it, vec![]));
    refused.keys().map(|it| (SHORT | it, vec![])).chain(twice).collect()
}

fn only_if(argument: u8, is: SeccompCmpOp, value: u64) -> Result<Vec<SeccompRule>, Fault> {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Qword, is, value)?;
    Ok(vec![SeccompRule::new(vec![condition])?])
}

fn apply(calls: BTreeMap<i64, Vec<SeccompRule>>, answer: i32) -> Result<(), Fault> {
    let processor = TargetArch::try_from(std::env::consts::ARCH)?;
    let filter =
        SeccompFilter::new(calls, SeccompAction::Allow, SeccompAction::Errno(answer as u32), processor)?;
    let program: BpfProgram = filter.try_into()?;
    Ok(apply_filter(&program)?)
}
