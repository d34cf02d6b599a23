using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;
using WebApp.Data.KeyRing;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Data.KeyRing;

/// <summary>Stores the Data Protection key ring in the database, so that all nodes share it.</summary>
/// <remarks>Data Protection's interface is synchronous; it is called at start and about once a day.</remarks>
public sealed class KeyRingRepository(NpgsqlDataSource database) : IXmlRepository
{
    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.CreateCommand("SELECT xml FROM data_protection_keys ORDER BY id");
        using var reader = command.ExecuteReader();
        List<XElement> elements = [];
        while (reader.Read())
        {
            elements.Add(XElement.Parse(reader.GetString(0)));
        }

        return elements;
    }

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = database.CreateCommand("INSERT INTO data_protection_keys (friendly_name, xml) VALUES ($1, $2)");
        command.Parameters.Add(new() { Value = friendlyName });
        command.Parameters.Add(new() { Value = element.ToString(SaveOptions.DisableFormatting) });
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// Decrypts every key once. Without this check, a wrong master key would go unnoticed: Data Protection skips keys that it cannot
    /// decrypt and creates a new key, and everything encrypted before becomes unreadable.
    /// </summary>
    /// <exception cref="StartupException">The master key does not decrypt the key ring.</exception>
    public void Check(MasterKeyDecryptor decryptor)
    {
        try
        {
            foreach (var wrapped in GetAllElements().Descendants("masterKey"))
            {
                decryptor.Decrypt(wrapped);
            }
        }
        catch (CryptographicException)
        {
            throw new StartupException("MASTER_KEY does not open the key ring in this database: start with the key it was made with.");
        }
    }
}
