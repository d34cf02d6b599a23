using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebApp.Features.Passwords;

namespace WebApp.Tests.Support;

/// <summary>Counts the passwords an application really hashes: the queue reads the clock three times for each: when it comes, begins and ends.</summary>
public sealed class HashCounter : TimeProvider
{
    private int readings;

    /// <summary>How many so far.</summary>
    public int Hashes => Volatile.Read(ref readings) / 3;

    /// <summary>Has an application's passwords counted.</summary>
    public void Watch(IServiceCollection services) => services.AddSingleton(provider => new PasswordHashing(
        provider.GetRequiredService<PasswordHasher>(),
        provider.GetRequiredService<IOptions<PasswordOptions>>(),
        this,
        provider.GetRequiredService<ILogger<PasswordHashing>>()));

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        Interlocked.Increment(ref readings);
        return base.GetTimestamp();
    }
}
