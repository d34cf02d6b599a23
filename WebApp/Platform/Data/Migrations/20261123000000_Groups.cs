using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Groups, their members, and invitations to them. The database keeps each group's one owner.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261123000000_Groups")]
public sealed class Groups : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE groups (
            id uuid NOT NULL,
            name varchar(60) NOT NULL,
            created_at timestamptz NOT NULL,
            CONSTRAINT pk_groups PRIMARY KEY (id)
        );

        CREATE TABLE group_members (
            group_id uuid NOT NULL,
            user_id uuid NOT NULL,
            role text NOT NULL,
            joined_at timestamptz NOT NULL,
            CONSTRAINT pk_group_members PRIMARY KEY (group_id, user_id),
            CONSTRAINT ck_group_members_role CHECK (role IN ('owner', 'admin', 'member')),
            CONSTRAINT fk_group_members_groups_group_id FOREIGN KEY (group_id) REFERENCES groups (id) ON DELETE CASCADE,
            CONSTRAINT fk_group_members_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE UNIQUE INDEX ix_group_members_group_id ON group_members (group_id) WHERE role = 'owner';
        CREATE INDEX ix_group_members_user_id ON group_members (user_id);

        CREATE TABLE group_invitations (
            id uuid NOT NULL,
            group_id uuid NOT NULL,
            email varchar(256) NOT NULL,
            normalized_email varchar(256) NOT NULL,
            role text NOT NULL,
            invited_by uuid,
            token_hash bytea NOT NULL,
            code_hash bytea NOT NULL,
            code_tries integer NOT NULL,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            CONSTRAINT pk_group_invitations PRIMARY KEY (id),
            CONSTRAINT ck_group_invitations_role CHECK (role IN ('admin', 'member')),
            CONSTRAINT fk_group_invitations_groups_group_id FOREIGN KEY (group_id) REFERENCES groups (id) ON DELETE CASCADE,
            CONSTRAINT fk_group_invitations_users_invited_by FOREIGN KEY (invited_by) REFERENCES users (id) ON DELETE SET NULL
        );
        CREATE UNIQUE INDEX ix_group_invitations_group_id_normalized_email ON group_invitations (group_id, normalized_email);
        CREATE UNIQUE INDEX ix_group_invitations_token_hash ON group_invitations (token_hash);
        CREATE INDEX ix_group_invitations_normalized_email ON group_invitations (normalized_email);
        CREATE INDEX ix_group_invitations_invited_by ON group_invitations (invited_by);
        CREATE INDEX ix_group_invitations_expires_at ON group_invitations (expires_at);

        -- Who is in which group is part of what every node remembers of a user.
        CREATE TRIGGER group_members_tell AFTER INSERT OR UPDATE OR DELETE ON group_members FOR EACH ROW EXECUTE FUNCTION tell_user_role_change();

        CREATE FUNCTION tell_group_rename() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('webapp_changes', 'user_changed ' || user_id) FROM group_members WHERE group_id = NEW.id;
            RETURN NULL;
        END $$;
        CREATE TRIGGER groups_tell AFTER UPDATE OF name ON groups FOR EACH ROW EXECUTE FUNCTION tell_group_rename();

        -- Whoever removes an owner, be it the erasure of an account or an operator by hand: the longest-serving administrator follows, else the
        -- longest-serving member, closed accounts last; a group that nobody is left in goes. In a group that is being deleted nobody is left.
        CREATE FUNCTION find_group_heir() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE group_members SET role = 'owner' WHERE group_id = OLD.group_id AND user_id = (
                SELECT m.user_id FROM group_members m JOIN users u ON u.id = m.user_id WHERE m.group_id = OLD.group_id
                ORDER BY u.deletion_requested_at IS NOT NULL, m.role <> 'admin', m.joined_at, m.user_id LIMIT 1);
            IF NOT FOUND THEN
                DELETE FROM groups WHERE id = OLD.group_id;
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER group_members_heir AFTER DELETE ON group_members FOR EACH ROW WHEN (OLD.role = 'owner') EXECUTE FUNCTION find_group_heir();
        """);
}
