using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace WebApp.Platform.Data;

/// <summary>Names every column, key, foreign key and index in snake_case, so that SQL by hand needs no quotes.</summary>
public sealed class SnakeCaseConvention : IModelFinalizingConvention
{
    /// <inheritdoc/>
    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        foreach (var entity in modelBuilder.Metadata.GetEntityTypes())
        {
            if (entity.IsMappedToJson())
            {
                entity.SetContainerColumnName(Snake(entity.GetContainerColumnName()!));
                continue;
            }

            foreach (var property in entity.GetProperties())
            {
                property.Builder.HasColumnName(Snake(property.Name));
            }

            foreach (var key in entity.GetKeys())
            {
                key.Builder.HasName(Snake(key.GetName()!));
            }

            foreach (var foreignKey in entity.GetForeignKeys())
            {
                foreignKey.Builder.HasConstraintName(
                    $"fk_{entity.GetTableName()}_{foreignKey.PrincipalEntityType.GetTableName()}_{string.Join('_', foreignKey.Properties.Select(p => Snake(p.Name)))}");
            }

            foreach (var index in entity.GetIndexes())
            {
                index.Builder.HasDatabaseName($"ix_{entity.GetTableName()}_{string.Join('_', index.Properties.Select(p => Snake(p.Name)))}");
            }
        }
    }

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
