using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace WebApp.Operations.Doctor;

/// <summary>
/// Lets <c>WebApp doctor</c> ask a running instance how a request arrives. Whoever holds the master key and the database can make a ticket, and nobody
/// else; it is good for a minute.
/// </summary>
public sealed class ProbeTickets(IDataProtectionProvider protection)
{
    /// <summary>The header a ticket travels in.</summary>
    public const string Header = "X-Doctor-Ticket";

    private const string Word = "probe";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("WebApp.Diagnosis.Probe").ToTimeLimitedDataProtector();

    /// <summary>A new one.</summary>
    public string New() => protector.Protect(Word, Lifetime);

    /// <summary>Whether it is one, and still good.</summary>
    public bool IsGood(string ticket)
    {
        try
        {
            return protector.Unprotect(ticket) == Word;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
