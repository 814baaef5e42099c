import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AccessToken, type Claims } from '../../auth/access-token.decorator';
import { DescribeScopes } from '../../auth/describe-scopes.decorator';
import { RequireRoles } from '../../auth/require-roles.decorator';
import { RequireScopes } from '../../auth/require-scopes.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { type Page, PageQuery, pageOf, readPage } from '../../http/page';
import { Problem } from '../../http/problem';
import { NewNoteDto, NoteChangeDto } from './dto/note.dto';
import type { Note } from './note.entity';
import { NoteStore } from './note.store';
import { NoteView, OwnedNoteView, viewOf } from './note.view';

/** A person's notes. Another's note is not found, whoever asks. */
@DescribeScopes({ 'notes:read': 'Read your notes', 'notes:write': 'Write, change and delete your notes' })
@Controller('notes')
export class NotesController {
  constructor(private readonly notes: NoteStore) {}

  /** Adds a note. */
  @Post()
  @DescribeOperation({ summary: 'Write a note', answer: NoteView })
  @RequireScopes('notes:write')
  async add(
    @Body() body: NewNoteDto,
    @AccessToken() { sub }: Claims,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NoteView> {
    const note = await this.notes.add(sub, body);
    void reply.header('Location', `/notes/${note.id}`);
    return viewOf(note);
  }

  /** The person's notes, newest first. */
  @Get()
  @DescribeOperation({ summary: 'List your notes', description: 'Newest first.', answerPageOf: NoteView })
  @RequireScopes('notes:read')
  async list(@Query() query: PageQuery, @AccessToken() { sub }: Claims): Promise<Page<NoteView>> {
    const page = readPage(query);
    return pageOf(await this.notes.list(sub, page), page.limit, viewOf, positionOf);
  }

  /** Everybody's notes, for administrators. */
  @Get('everyone')
  @DescribeOperation({ summary: 'List everybody’s notes', description: 'Newest first.', answerPageOf: OwnedNoteView })
  @RequireScopes('notes:read')
  @RequireRoles('admin')
  async listEveryones(@Query() query: PageQuery): Promise<Page<OwnedNoteView>> {
    const page = readPage(query);
    return pageOf(
      await this.notes.list(null, page),
      page.limit,
      (note) => ({ ...viewOf(note), ownerId: note.owner_id }),
      positionOf,
    );
  }

  /** One note. */
  @Get(':id')
  @DescribeOperation({ summary: 'Read a note', answer: NoteView })
  @RequireScopes('notes:read')
  async read(@Param('id') id: string, @AccessToken() { sub }: Claims): Promise<NoteView> {
    return viewOf(found(await this.notes.find(sub, id)));
  }

  /** Changes a note; what is left out stays. */
  @Patch(':id')
  @DescribeOperation({ summary: 'Change a note', description: 'What is left out stays.', answer: NoteView })
  @RequireScopes('notes:write')
  async change(
    @Param('id') id: string,
    @Body() body: NoteChangeDto,
    @AccessToken() { sub }: Claims,
  ): Promise<NoteView> {
    return viewOf(found(await this.notes.change(sub, id, body)));
  }

  /** Deletes a note. */
  @Delete(':id')
  @DescribeOperation({ summary: 'Delete a note' })
  @HttpCode(204)
  @RequireScopes('notes:write')
  async remove(@Param('id') id: string, @AccessToken() { sub }: Claims): Promise<void> {
    if (!(await this.notes.remove(sub, id))) throw new Problem('not_found');
  }
}

function found(note: Note | null): Note {
  if (note === null) throw new Problem('not_found');
  return note;
}

function positionOf(note: Note): { at: number; id: string } {
  return { at: note.created_at, id: note.id };
}
